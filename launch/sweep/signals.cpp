#include "launch/sweep/signals.h"

#include <pthread.h>

namespace ag::sweep {

BlockedSignals::BlockedSignals() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGCHLD}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

BlockedSignals::~BlockedSignals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int BlockedSignals::wait(std::chrono::milliseconds pause) const {
  const timespec time = {.tv_sec = pause.count() / 1000, .tv_nsec = pause.count() % 1000 * 1000000};
  const int signal = sigtimedwait(&signals_, nullptr, &time);
  return signal > 0 && signal != SIGCHLD ? signal : 0;
}

}  // namespace ag::sweep
