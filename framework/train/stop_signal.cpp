#include "framework/train/stop_signal.h"

#include <array>
#include <atomic>
#include <csignal>

namespace ag::train {
namespace {

constexpr std::array<int, 3> kSignals = {SIGUSR1, SIGTERM, SIGINT};

// A signal handler can reach nothing but what has static storage.
std::atomic<int> received{0};
std::array<struct sigaction, kSignals.size()> before{};

void remember(int signal) {
  received.store(signal, std::memory_order_relaxed);
}

}  // namespace

StopSignals::StopSignals() {
  received = 0;
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before[i]);
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
}

int stop_signal() {
  return received.load(std::memory_order_relaxed);
}

const char* signal_name(int signal) {
  switch (signal) {
    case SIGUSR1:
      return "SIGUSR1";
    case SIGTERM:
      return "SIGTERM";
    case SIGINT:
      return "SIGINT";
    default:
      return "no signal";
  }
}

}  // namespace ag::train
