// Whether somebody asked this process to stop: SIGUSR1, SIGTERM or SIGINT arrived.
//
// The handlers only set a flag; the training loop asks for it, agrees with the other ranks and
// saves. SIGUSR1 is what mpirun passes on to its ranks and what Slurm sends before a time limit;
// SIGTERM is what mpirun sends on Ctrl-C.
#pragma once

namespace ag::train {

// Installs the handlers for its lifetime and restores what was there before. One at a time in a
// process.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
};

// The signal that asked for a stop, 0 while none did. Any thread.
int stop_signal();

// "SIGTERM", for messages.
const char* signal_name(int signal);

}  // namespace ag::train
