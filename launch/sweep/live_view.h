// What a person sees while a sweep runs: on a terminal a table that is drawn anew in its place, a
// line for each event elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "framework/core/error.h"
#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"
#include "launch/sweep/watch.h"
#include "tracking/report/terminal.h"

namespace ag::sweep {

struct Tally {
  std::size_t done = 0, pruned = 0, failed = 0, running = 0, left = 0;
};
Tally tally(const Watch& watch);

// "12 trials: 7 done, 1 pruned, 2 running, 2 to go".
std::string tally_line(const Watch& watch);

class LiveView {
 public:
  // `slots`: trials at a time, for the time that is left. `colour`: whether its bars have some.
  LiveView(const Plan& plan, std::size_t slots, report::ColourChoice colour,
           std::FILE* stream = stdout);
  ~LiveView();
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  // Shows it, at most five times a second.
  void update(const Watch& watch);
  // A line that stays: an event.
  void line(const std::string& text);

 private:
  void clear();
  std::string time_left(const Watch& watch) const;
  std::vector<std::string> lines(const Watch& watch) const;

  const Plan& plan_;
  std::size_t slots_;
  std::FILE* stream_;
  bool live_;
  bool colour_;
  std::size_t drawn_ = 0;  // lines that stand there
  std::chrono::steady_clock::time_point due_{};
};

// The last lines of a sweep, and its exit code: kStopped where trials are left, kFailed where one
// failed for good.
ExitCode tell_outcome(const Watch& watch, LiveView& view, const SweepFolder& folder);

}  // namespace ag::sweep
