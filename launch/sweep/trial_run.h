// The life of one trial's job from its start to its end, as both launchers lead it: what is written
// into the journal, when it is stopped for having fallen behind, and what its end means.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "launch/sweep/job.h"
#include "launch/sweep/watch.h"

namespace ag::sweep {

// What a sweep's jobs have in common. Outlives them.
struct Workshop {
  const Plan& plan;
  const SweepFolder& folder;
  Watch& watch;
  std::function<void(const std::string&)> say;  // a line for people
};

// "done     3f2a…  width=0.5  val/age_mae 7.91  20 of 20 epochs, 1:04".
std::string end_line(const Plan& plan, const Trial& trial, const TrialView& view);

class TrialRun {
 public:
  // Starts the trial; none where somebody else is running it, or has ended it. `job` is Slurm's, ""
  // elsewhere.
  static std::optional<TrialRun> start(const Workshop& shop, std::size_t trial,
                                       const std::string& job);

  std::size_t trial() const { return trial_; }
  // Looks at its process and its run. True while it runs.
  bool tend();
  // Asks it to save and end.
  void ask_to_stop() { job_.ask_to_stop(); }
  // Asks it to end at once.
  void terminate() { job_.terminate(); }
  // Its exit code, once it has ended.
  int code() const { return code_; }

 private:
  TrialRun(const Workshop& shop, std::size_t trial, Job job)
      : shop_(&shop), trial_(trial), job_(std::move(job)) {}
  void write(JournalEntry entry) const;
  void tell_end() const;

  const Workshop* shop_;
  std::size_t trial_;
  Job job_;
  int code_ = 0;
  std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace ag::sweep
