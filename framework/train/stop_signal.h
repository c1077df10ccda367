// Whether somebody asked this process to stop: SIGUSR1, SIGTERM or SIGINT arrived.
//
// The handlers only set a flag; the training loop asks for it, agrees with the other ranks and
// saves. SIGUSR1 is what mpirun passes on to its ranks and what Slurm sends before a time limit.
// When mpirun ends a job (Ctrl-C, SIGTERM, a rank that failed) it sends each rank SIGCONT at once,
// SIGTERM only odls_base_sigkill_timeout seconds later, and SIGKILL as long after that. So under
// mpirun SIGCONT asks for a stop too, unless this process really was suspended before it.
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

// To be called several times a second by a thread that lives as long as the process trains: a gap
// tells that the process was suspended. Until the first call SIGCONT means nothing.
void mark_not_suspended();

// "SIGTERM", for messages.
const char* signal_name(int signal);

}  // namespace ag::train
