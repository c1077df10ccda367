// Nothing hangs: a thread that watches the training loop and ends the process when it stands still.
//
// The loop reports every phase that it enters. Where one phase lasts longer than the limit, another
// rank's process is gone, or the process was asked to stop and then stands still (a rank of another
// host has died, and this one waits for it), the watchdog calls `on_hang` once with a line that
// names rank, step and phase. `on_hang` must end the process: the loop is stuck and can't.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace ag::train {

enum class Phase { kSetUp, kData, kForward, kBackward, kReduce, kUpdate, kValidation, kCheckpoint };

// "waiting for other ranks", for messages.
const char* phase_name(Phase phase);

class Watchdog {
 public:
  struct Options {
    int rank = 0;
    int ranks = 1;
    double limit_seconds = 600;  // for one phase; 0: no limit
    // The same once a stop was asked for, at the least: slow steps get more.
    double grace_seconds = 5;
    // A rank whose process is gone, if any; asked several times a second. Empty: nobody can tell.
    std::function<std::optional<int>()> lost_rank;
  };

  Watchdog(const Options& options, std::function<void(const std::string&)> on_hang);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // The loop enters a phase of step `step` (from 1). Cheap; one thread.
  void enter(Phase phase, std::int64_t step);

  // The limit on one phase, in seconds; 0: none. Any thread.
  void set_limit(double seconds) { limit_seconds_ = seconds; }

  // "step 41, waiting for other ranks". Any thread.
  std::string position() const;

 private:
  using Clock = std::chrono::steady_clock;

  void watch();
  std::string complaint() const;  // empty while all is well
  double seconds_in_phase() const;

  Options options_;
  std::function<void(const std::string&)> on_hang_;
  std::atomic<double> limit_seconds_;
  std::atomic<Phase> phase_{Phase::kSetUp};
  std::atomic<std::int64_t> step_{0};
  std::atomic<Clock::rep> entered_{Clock::now().time_since_epoch().count()};
  std::atomic<double> longest_phase_seconds_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace ag::train
