#include "framework/train/stop_signal.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace ag::train {
namespace {

constexpr std::array<int, 4> kSignals = {SIGUSR1, SIGTERM, SIGINT, SIGCONT};
constexpr std::int64_t kSuspendedMilliseconds = 2000;  // without a mark

// A signal handler can reach nothing but what has static storage.
std::atomic<int> received{0};
std::array<struct sigaction, kSignals.size()> before{};

std::atomic<std::int64_t> last_mark{0};  // milliseconds; 0: none yet
bool under_mpirun = false;

std::int64_t milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // may be called by a signal handler (POSIX)
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

bool was_suspended() {
  const std::int64_t mark = last_mark.load(std::memory_order_relaxed);
  return mark == 0 || milliseconds() - mark > kSuspendedMilliseconds;
}

void remember(int signal) {
  if (signal == SIGCONT && (!under_mpirun || was_suspended())) return;
  received.store(signal, std::memory_order_relaxed);
}

}  // namespace

StopSignals::StopSignals() {
  received = 0;
  last_mark = 0;
  under_mpirun = std::getenv("OMPI_COMM_WORLD_RANK") != nullptr;
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

void mark_not_suspended() {
  last_mark.store(milliseconds(), std::memory_order_relaxed);
}

const char* signal_name(int signal) {
  switch (signal) {
    case SIGUSR1:
      return "SIGUSR1";
    case SIGTERM:
      return "SIGTERM";
    case SIGINT:
      return "SIGINT";
    case SIGCONT:
      return "mpirun's sign that the job ends";
    default:
      return "no signal";
  }
}

}  // namespace ag::train
