// What a sweep's trials have come to, read from the tracking database and the sweep's journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "launch/sweep/early_stop.h"
#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"
#include "launch/sweep_report/results.h"
#include "tracking/database.h"
#include "tracking/query.h"

namespace ag::sweep {

struct TrialView {
  TrialState state = TrialState::kWaiting;
  std::int64_t epochs = 0;       // done
  std::optional<double> metric;  // the sweep's, its last value
  double seconds = 0;            // that its run took until now
  int failures = 0;
  std::string reason;  // of a failure, as its run told it
};

// One thread. A database that isn't there yet, or can't be read for now, tells nothing.
class Watch {
 public:
  Watch(const Plan& plan, const SweepFolder& folder);

  // Reads everything anew: all trials, and the journal.
  void read_all();
  // Reads one trial's run anew. Its state is running for as long as `is_running`.
  void read(std::size_t trial, bool is_running);
  // Takes note of what was just written into the journal.
  void note(const JournalEntry& entry);

  const TrialView& view(std::size_t trial) const { return views_[trial]; }
  std::size_t size() const { return views_.size(); }

  // Takes the epochs that the trial has behind it for judged: it went on after them once.
  void trust(std::size_t trial);
  // The epoch for which the trial is to be stopped, by what is known of it and the others; none
  // where it may go on. Each epoch is judged once.
  std::optional<std::int64_t> judge(std::size_t trial);

 private:
  struct Journalled {
    bool started = false, pruned = false;
    int failures = 0;
  };

  SQLite::Database* database();
  std::optional<tracking::Run> read_run(std::size_t trial);
  void read_unless_over(std::size_t trial);
  TrialState state_of(std::size_t trial, const std::optional<tracking::Run>& run,
                      bool is_running) const;

  const Plan& plan_;
  const SweepFolder& folder_;
  std::optional<tracking::ReadableDatabase> database_;
  std::unordered_map<std::string, std::size_t> by_id_;
  std::vector<TrialView> views_;
  std::vector<History> histories_;
  std::vector<Journalled> journalled_;
  std::vector<std::set<std::int64_t>> judged_;
};

}  // namespace ag::sweep
