#include "launch/sweep/watch.h"

#include <SQLiteCpp/Exception.h>

#include <filesystem>

#include "framework/core/error.h"

namespace ag::sweep {

Watch::Watch(const Plan& plan, const SweepFolder& folder)
    : plan_(plan),
      folder_(folder),
      views_(plan.trials.size()),
      histories_(plan.trials.size()),
      journalled_(plan.trials.size()),
      judged_(plan.trials.size()) {
  for (std::size_t i = 0; i < plan.trials.size(); ++i) by_id_[plan.trials[i].id] = i;
}

SQLite::Database* Watch::database() {
  if (!database_ && std::filesystem::exists(plan_.database)) {
    try {
      database_.emplace(tracking::open_for_reading(plan_.database));
    } catch (const std::exception&) {
      // A run is just making it.
    }
  }
  return database_ ? &database_->database : nullptr;
}

void Watch::note(const JournalEntry& entry) {
  if (entry.kind == JournalEntry::Kind::kBegin) {
    for (Journalled& trial : journalled_) trial.failures = 0;
    return;
  }
  const auto found = by_id_.find(entry.trial);
  if (found == by_id_.end()) return;  // of an earlier form of the sweep
  Journalled& trial = journalled_[found->second];
  switch (entry.kind) {
    case JournalEntry::Kind::kBegin:
      break;
    case JournalEntry::Kind::kStart:
      trial.started = true;
      break;
    case JournalEntry::Kind::kEnd:
      if (entry.code == 0 || entry.code == static_cast<int>(ExitCode::kStopped)) break;
      ++trial.failures;
      break;
    case JournalEntry::Kind::kPrune:
      trial.pruned = true;
      break;
  }
}

void Watch::read_all() {
  journalled_.assign(plan_.trials.size(), {});
  for (const JournalEntry& entry : folder_.journal()) note(entry);
  for (std::size_t i = 0; i < plan_.trials.size(); ++i) {
    const bool started = journalled_[i].started;
    read(i, started && FileLock::is_held(claim_file(plan_, plan_.trials[i])));
  }
}

std::optional<tracking::Run> Watch::read_run(std::size_t trial) {
  SQLite::Database* open = database();
  if (open == nullptr) return std::nullopt;
  std::optional<tracking::Run> run = tracking::run_of_id(*open, plan_.trials[trial].id);
  if (!run) return std::nullopt;
  for (const tracking::MetricPoint& point :
       tracking::metric_series(*open, *run, plan_.config.metric.name)) {
    histories_[trial][point.epoch] = point.value;
  }
  return run;
}

void Watch::read(std::size_t trial, bool is_running) {
  std::optional<tracking::Run> run;
  try {
    run = read_run(trial);
  } catch (const SQLite::Exception&) {
    return;  // it is busy: the next time will do
  }
  TrialView& view = views_[trial];
  if (run) {
    view.epochs = run->epochs;
    view.seconds = run->seconds;
    view.reason = run->reason;
    if (!histories_[trial].empty()) view.metric = histories_[trial].rbegin()->second;
  }
  view.failures = journalled_[trial].failures;
  view.state = state_of(trial, run, is_running);
}

TrialState Watch::state_of(std::size_t trial, const std::optional<tracking::Run>& run,
                           bool is_running) const {
  const Journalled& journalled = journalled_[trial];
  if (is_running) return TrialState::kRunning;
  if (run && run->status == RunStatus::kFinished) return TrialState::kDone;
  if (run && run->status == RunStatus::kRunning && !run->lost) return TrialState::kRunning;
  if (journalled.pruned && plan_.config.early_terminate.type != "none") return TrialState::kPruned;
  if (journalled.failures > plan_.config.launcher.retries) return TrialState::kFailed;
  return journalled.started || run ? TrialState::kStopped : TrialState::kWaiting;
}

// Another process may be running it, whose run has gone on meanwhile.
void Watch::read_unless_over(std::size_t trial) {
  if (is_over(views_[trial].state)) return;
  try {
    read_run(trial);
  } catch (const SQLite::Exception&) {
    // What is known already has to do.
  }
}

void Watch::trust(std::size_t trial) {
  for (const std::int64_t epoch :
       judged_epochs(plan_.config.early_terminate, plan_.trials[trial].epochs)) {
    if (epoch <= views_[trial].epochs) judged_[trial].insert(epoch);
  }
}

std::optional<std::int64_t> Watch::judge(std::size_t trial) {
  const EarlyTerminateConfig& rule = plan_.config.early_terminate;
  const History& own = histories_[trial];
  for (const std::int64_t epoch : judged_epochs(rule, plan_.trials[trial].epochs)) {
    if (own.lower_bound(epoch) == own.end() || !judged_[trial].insert(epoch).second) continue;
    std::vector<const History*> others;
    for (std::size_t i = 0; i < histories_.size(); ++i) {
      if (i == trial) continue;
      read_unless_over(i);
      others.push_back(&histories_[i]);
    }
    if (falls_behind(rule, plan_.lower_is_better, epoch, own, others)) return epoch;
  }
  return std::nullopt;
}

}  // namespace ag::sweep
