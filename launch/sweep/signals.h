// The signals that ask a sweep to stop, and the one that says that a process has ended, waited for
// instead of handled.
#pragma once

#include <signal.h>

#include <chrono>

namespace ag::sweep {

// Blocks SIGINT, SIGTERM, SIGUSR1 and SIGCHLD in this thread while it lives, and in threads that it
// starts meanwhile: make it before any library starts some of its own.
class BlockedSignals {
 public:
  BlockedSignals();
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

  enum class Wake { kAtRequests, kAtEndsOfProcesses };

  // Waits until one comes that asks to stop, or a process ends where that is to wake it, or `pause`
  // has passed. The signal that asks to stop; 0 for none.
  int wait(std::chrono::milliseconds pause, Wake wake = Wake::kAtRequests) const;

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace ag::sweep
