#include "launch/sweep/watch.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/temporary_folder.h"
#include "tracking/make_run_logger.h"

namespace ag::sweep {
namespace {

constexpr int kEpochs = 9;

// A sweep of three trials, and runs of theirs.
class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    for (const char* id : {"a", "b", "c"}) plan_.trials.push_back({.id = id, .epochs = kEpochs});
    plan_.database = folder_ / "t.db";
    plan_.config.early_terminate = {.type = "asha", .min_epochs = 2, .factor = 2};
    plan_.config.launcher.retries = 1;
  }

  std::unique_ptr<RunLogger> start(const std::string& id) const {
    auto logger = tracking::make_run_logger({.database = plan_.database});
    logger->start({.name = id, .total_epochs = kEpochs, .resumed_run = id});
    return logger;
  }
  static void log(RunLogger& logger, std::int64_t epoch, double value) {
    const MetricRow row = {.epoch = epoch, .step = epoch, .name = "val/age_mae", .value = value};
    logger.metrics({&row, 1});
  }
  // A run that has ended with these values, from the first epoch on.
  void run(const std::string& id, const std::vector<double>& values, RunStatus status) const {
    const auto logger = start(id);
    for (std::size_t i = 0; i < values.size(); ++i)
      log(*logger, static_cast<std::int64_t>(i) + 1, values[i]);
    logger->finish(status, "");
  }
  TrialState state(const std::string& id) const {
    Watch watch(plan_, sweep_);
    watch.read_all();
    return watch.view(static_cast<std::size_t>(id[0] - 'a')).state;
  }

  test::TemporaryFolder folder_;
  SweepFolder sweep_{folder_.path()};
  Plan plan_;
};

TEST_F(WatchTest, what_nobody_has_begun_waits) {
  EXPECT_EQ(state("a"), TrialState::kWaiting);
}

TEST_F(WatchTest, a_finished_run_is_done_whoever_ran_it) {
  run("a", {7}, RunStatus::kFinished);
  EXPECT_EQ(state("a"), TrialState::kDone);
  EXPECT_EQ(state("b"), TrialState::kWaiting);
}

TEST_F(WatchTest, a_claimed_trial_is_running_and_one_that_was_left_is_stopped) {
  sweep_.append({.kind = JournalEntry::Kind::kStart, .trial = "a"});
  {
    const auto claim = FileLock::take(claim_file(plan_, plan_.trials[0]));
    EXPECT_EQ(state("a"), TrialState::kRunning);
  }
  EXPECT_EQ(state("a"), TrialState::kStopped);
}

TEST_F(WatchTest, failures_count_until_the_sweep_is_begun_again) {
  const JournalEntry failure = {.kind = JournalEntry::Kind::kEnd, .trial = "a", .code = 1};
  const JournalEntry stop = {.kind = JournalEntry::Kind::kEnd, .trial = "b", .code = 75};
  run("a", {7}, RunStatus::kFailed);
  run("b", {7}, RunStatus::kStopped);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(state("a"), TrialState::kStopped);
    sweep_.append(failure);
    sweep_.append(stop);
  }
  EXPECT_EQ(state("a"), TrialState::kFailed);
  EXPECT_EQ(state("b"), TrialState::kStopped);
  sweep_.append({.kind = JournalEntry::Kind::kBegin});
  EXPECT_EQ(state("a"), TrialState::kStopped);
}

TEST_F(WatchTest, a_pruned_trial_stays_so_unless_nothing_is_to_be_pruned) {
  run("a", {7, 7}, RunStatus::kStopped);
  sweep_.append({.kind = JournalEntry::Kind::kPrune, .trial = "a", .epoch = 2});
  EXPECT_EQ(state("a"), TrialState::kPruned);
  plan_.config.early_terminate.type = "none";
  EXPECT_EQ(state("a"), TrialState::kStopped);
}

TEST_F(WatchTest, judges_each_rung_once_by_what_others_have_reached) {
  run("a", {9, 5}, RunStatus::kStopped);
  run("b", {9, 4}, RunStatus::kStopped);
  Watch watch(plan_, sweep_);
  watch.read_all();
  EXPECT_EQ(watch.judge(0), 2);
  EXPECT_EQ(watch.judge(0), std::nullopt);
  EXPECT_EQ(watch.judge(1), std::nullopt);
  Watch later(plan_, sweep_);
  later.read_all();
  later.trust(0);  // it is taken up again
  EXPECT_EQ(later.judge(0), std::nullopt);
}

TEST_F(WatchTest, sees_what_another_process_has_trained_meanwhile) {
  run("a", {9, 5}, RunStatus::kStopped);
  Watch watch(plan_, sweep_);
  watch.read_all();
  run("b", {9, 4}, RunStatus::kStopped);
  EXPECT_EQ(watch.judge(0), 2);
}

}  // namespace
}  // namespace ag::sweep
