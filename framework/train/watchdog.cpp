#include "framework/train/watchdog.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <utility>

#include "framework/train/stop_signal.h"

namespace ag::train {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(250);
constexpr double kSlowestPhasesAllowed = 3;  // of the longest seen, when asked to stop

}  // namespace

const char* phase_name(Phase phase) {
  switch (phase) {
    case Phase::kSetUp:
      return "setting up";
    case Phase::kData:
      return "waiting for pictures";
    case Phase::kForward:
      return "forward";
    case Phase::kBackward:
      return "backward";
    case Phase::kReduce:
      return "waiting for other ranks";
    case Phase::kUpdate:
      return "update";
    case Phase::kValidation:
      return "validation";
    case Phase::kCheckpoint:
      return "saving a checkpoint";
  }
  return "an unknown phase";
}

Watchdog::Watchdog(const Options& options, std::function<void(const std::string&)> on_hang)
    : options_(options),
      on_hang_(std::move(on_hang)),
      limit_seconds_(options.limit_seconds),
      thread_([this] { watch(); }) {
  pthread_setname_np(thread_.native_handle(), "ag-watchdog");
  mark_not_suspended();  // the thread's first mark comes a period later
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Watchdog::enter(Phase phase, std::int64_t step) {
  longest_phase_seconds_ = std::max(longest_phase_seconds_.load(), seconds_in_phase());
  phase_ = phase;
  step_ = step;
  entered_ = Clock::now().time_since_epoch().count();
}

std::string Watchdog::position() const {
  if (step_ == 0) return phase_name(phase_);
  return fmt::format("step {}, {}", step_.load(), phase_name(phase_));
}

double Watchdog::seconds_in_phase() const {
  return std::chrono::duration<double>(Clock::now().time_since_epoch() - Clock::duration(entered_))
      .count();
}

std::string Watchdog::complaint() const {
  if (options_.lost_rank) {
    if (const std::optional<int> lost = options_.lost_rank()) {
      return fmt::format(
          "rank {} of {} is gone (the lines around this one say why: its own message, or mpirun's "
          "about a signal); rank {}, {}, ends too. Go on from the last checkpoint with --resume "
          "auto",
          *lost, options_.ranks, options_.rank, position());
    }
  }
  const double seconds = seconds_in_phase();
  if (stop_signal() != 0 &&
      seconds >
          std::max(options_.grace_seconds, kSlowestPhasesAllowed * longest_phase_seconds_.load())) {
    return fmt::format(
        "rank {} of {}, {}: {} came and nothing has moved for {:.0f} s, so another rank has died "
        "or hangs; see the lines above and resume from the last checkpoint with --resume auto",
        options_.rank, options_.ranks, position(), signal_name(stop_signal()), seconds);
  }
  if (limit_seconds_ > 0 && seconds > limit_seconds_) {
    return fmt::format(
        "rank {} of {}, {}: nothing has moved for {:.0f} s; look for a rank that hangs, or raise "
        "train.hang_timeout_seconds where steps really take that long",
        options_.rank, options_.ranks, position(), seconds);
  }
  return "";
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kPeriod, [this] { return ending_; })) {
    mark_not_suspended();
    const std::string text = complaint();
    if (text.empty()) continue;
    on_hang_(text);
    return;
  }
}

}  // namespace ag::train
