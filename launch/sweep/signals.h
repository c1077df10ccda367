// The signals that ask a sweep to stop, and the one that says that a process has ended, waited for
// instead of handled.
#pragma once

#include <signal.h>

#include <chrono>

namespace ag::sweep {

// Blocks SIGINT, SIGTERM, SIGUSR1 and SIGCHLD in this thread while it lives.
class BlockedSignals {
 public:
  BlockedSignals();
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

  // Waits until one of them comes or `pause` has passed. The signal that asks to stop; 0 for none.
  int wait(std::chrono::milliseconds pause) const;

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace ag::sweep
