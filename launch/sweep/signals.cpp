#include "launch/sweep/signals.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>

namespace ag::sweep {

BlockedSignals::BlockedSignals() {
  std::signal(SIGCHLD, SIG_DFL);  // were it ignored, no process's end could be asked for
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGCHLD}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

BlockedSignals::~BlockedSignals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int BlockedSignals::wait(std::chrono::milliseconds pause, Wake wake) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + pause;
  while (true) {
    const auto left =
        std::max(std::chrono::nanoseconds(end - Clock::now()), std::chrono::nanoseconds(0));
    const timespec time = {.tv_sec = left.count() / 1000000000,
                           .tv_nsec = left.count() % 1000000000};
    const int signal = sigtimedwait(&signals_, nullptr, &time);
    if (signal > 0 && signal != SIGCHLD) return signal;
    if (signal == SIGCHLD && wake == Wake::kAtEndsOfProcesses) return 0;
    if (Clock::now() >= end) return 0;
  }
}

}  // namespace ag::sweep
