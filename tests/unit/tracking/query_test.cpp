#include "tracking/query.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>

#include "framework/core/error.h"
#include "tests/unit/tracking/tracking_test_support.h"
#include "tracking/database.h"
#include "tracking/run_store.h"

namespace ag::tracking {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class QueryTest : public TrackingTest {
 protected:
  // A finished run that began at `created` and took a hundred seconds.
  std::int64_t add(const std::string& token, double created, const std::string& experiment,
                   const std::vector<MetricRow>& metrics = {}) {
    RunHead head{token, "", created, "", run_start("run_" + token)};
    head.start.experiment = experiment;
    const std::int64_t run = store_.begin(head);
    for (const MetricRow& row : metrics) store_.write(run, MetricEntry{row, created});
    store_.write(run, EndEntry{RunStatus::kFinished, "", created + 100});
    return run;
  }
  std::string complaint_about(const std::string& id) {
    try {
      find_run(opened_, id);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kUsage);
      return error.what();
    }
    return "none";
  }

  SQLite::Database opened_ = open_for_writing(database_);
  RunStore store_{opened_};
};

std::vector<std::string> ids(const std::vector<Run>& runs) {
  std::vector<std::string> all;
  for (const Run& run : runs) all.push_back(run.id);
  return all;
}

TEST_F(QueryTest, runs_come_newest_first_and_filtered) {
  add("aaaa1", 1000, "faces");
  add("bbbb1", 3000, "sweep");
  add("cccc1", 2000, "faces");
  EXPECT_THAT(ids(find_runs(opened_)), ElementsAre("bbbb", "cccc", "aaaa"));
  EXPECT_THAT(ids(find_runs(opened_, {.experiment = "faces", .status = {}})),
              ElementsAre("cccc", "aaaa"));
  EXPECT_THAT(find_runs(opened_, {.experiment = {}, .status = "running"}), IsEmpty());
}

TEST_F(QueryTest, an_id_grows_where_its_digits_are_taken_and_is_found_by_its_beginning) {
  add("abcd11", 1, "faces");
  add("abcd12", 2, "faces");
  add("abcd12f", 3, "faces");
  add("ff00", 4, "faces");
  EXPECT_THAT(ids(find_runs(opened_)), ElementsAre("ff00", "abcd12", "abcd1", "abcd"));
  EXPECT_EQ(find_run(opened_, "abcd").id, "abcd") << "a whole id is itself, and not a beginning";
  EXPECT_EQ(find_run(opened_, "f").id, "ff00");
  EXPECT_THAT(complaint_about("abc"), HasSubstr("3 runs begin with 'abc'; say more of it: abcd12"));
}

TEST_F(QueryTest, a_wrong_id_gets_the_nearest_or_the_latest) {
  EXPECT_THAT(complaint_about("7f3a"), HasSubstr("no run yet"));
  add("7f3a", 1, "faces");
  add("91bc", 2, "faces");
  EXPECT_THAT(complaint_about("7f3b"), HasSubstr("did you mean 7f3a?"));
  EXPECT_THAT(complaint_about("zzzzzz"), HasSubstr("the latest are 91bc, 7f3a"));
  EXPECT_THAT(complaint_about(""), HasSubstr("no run ''"));
}

TEST_F(QueryTest, summaries_hold_the_last_and_the_best_of_every_metric) {
  add("aaaa", 1, "faces",
      {{1, 10, "val/age_mae", 9},
       {2, 20, "val/age_mae", 7},
       {3, 30, "val/age_mae", 7},
       {4, 40, "val/age_mae", 8},
       {1, 10, "val/gender_accuracy", std::nan("")},
       {2, 20, "val/gender_accuracy", 0.6},
       {3, 30, "val/gender_accuracy", 0.5}});
  const tracking::Run run = find_run(opened_, "aaaa");
  EXPECT_EQ(run.epochs, 4);
  EXPECT_EQ(run.total_epochs, 3);
  const std::vector<MetricSummary> all = summaries(opened_, run);
  ASSERT_EQ(all.size(), 2u);
  const MetricSummary* age = find_metric(all, "val/age_mae");
  ASSERT_NE(age, nullptr);
  EXPECT_EQ(age->last.value, 8);
  EXPECT_EQ(age->best.value, 7);
  EXPECT_EQ(age->best.epoch, 2) << "the earliest of equals";
  EXPECT_EQ(find_metric(all, "val/gender_accuracy")->best.value, 0.6);
  EXPECT_EQ(find_metric(all, "val/loss"), nullptr);
}

TEST_F(QueryTest, metric_names_are_those_of_the_runs_asked_for) {
  add("aaaa", 1, "faces", {{1, 10, "val/loss", 1}, {1, 10, "train/loss", 1}});
  add("bbbb", 2, "faces", {{1, 10, "val/loss", 1}, {1, 10, "val/age_mae", 1}});
  add("cccc", 3, "faces", {{1, 10, "system/rest", 1}});
  EXPECT_THAT(metric_names(opened_, {find_run(opened_, "aaaa"), find_run(opened_, "bbbb")}),
              ElementsAre("train/loss", "val/age_mae", "val/loss"));
}

TEST_F(QueryTest, steps_parameters_checkpoints_and_events_are_read_back) {
  const std::int64_t key = add("aaaa", 1, "faces");
  store_.write(key, step_row(2));
  store_.write(key, step_row(1));
  store_.write(key, CheckpointEntry{"/b", 20, "last", 5});
  store_.write(key, CheckpointEntry{"/a", 10, "best", 4});
  store_.write(key, CheckpointEntry{"/a", 30, "best", 6});
  const tracking::Run run = find_run(opened_, "aaaa");
  EXPECT_EQ(run.steps, 2);
  ASSERT_EQ(steps(opened_, run).size(), 2u);
  EXPECT_EQ(steps(opened_, run)[1].loss, 0.5);
  EXPECT_EQ(steps(opened_, run)[1].comm_wait_seconds, 0.02);
  EXPECT_EQ(parameters(opened_, run), run_start().parameters);
  EXPECT_EQ(config_yaml(opened_, run), "name: run_aaaa\n");
  const std::vector<CheckpointEntry> saved = checkpoints(opened_, run);
  ASSERT_EQ(saved.size(), 2u) << "a file holds one checkpoint at a time";
  EXPECT_EQ(saved[1].path, "/a");
  EXPECT_EQ(saved[1].step, 30);
  ASSERT_EQ(events(opened_, run).size(), 2u);
  EXPECT_EQ(events(opened_, run)[0].text, "2 ranks on here, agtrain 0.1.0");
}

TEST_F(QueryTest, a_pause_between_two_processes_is_no_time_of_the_run) {
  add("aaaa", 1000, "faces");  // until 1100
  RunHead again{"other", "", 5000, "", run_start()};
  again.start.resumed_run = "aaaa";
  const std::int64_t run = store_.begin(again);
  store_.beat(run, 5030);
  EXPECT_DOUBLE_EQ(find_run(opened_, "aaaa").seconds, 130);
  again.created = 9000;  // the second process was killed and a third goes on
  store_.begin(again);
  store_.write(run, EndEntry{RunStatus::kFinished, "", 9007});
  EXPECT_DOUBLE_EQ(find_run(opened_, "aaaa").seconds, 137);
}

TEST_F(QueryTest, a_run_whose_process_was_killed_is_lost_and_one_that_lives_is_not) {
  SqliteRunLogger alive(database_, quick());
  const std::string alive_id = alive.start(run_start());
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  const pid_t child = fork();
  if (child == 0) {
    RunSink sink(database_, quick().sink);
    const std::string id = sink.begin(run_start());
    if (write(told[1], id.data(), id.size()) < 0) _exit(1);
    pause();
  }
  char id[64] = {};
  ASSERT_GT(read(told[0], id, sizeof id - 1), 0);
  EXPECT_EQ(find_run(opened_, id).status_text(), "running");
  RunStart again = run_start();
  again.resumed_run = id;
  EXPECT_THROW(SqliteRunLogger(database_, quick()).start(again), Error) << "it still goes on";
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(find_run(opened_, id).status_text(), "lost");
  EXPECT_EQ(find_run(opened_, alive_id).status_text(), "running");
  EXPECT_EQ(SqliteRunLogger(database_, quick()).start(again), id) << "a lost run may go on";
}

TEST_F(QueryTest, a_run_on_another_machine_is_lost_when_it_falls_silent) {
  RunHead head{"aaaa", "", now_seconds(), "elsewhere pid:[1] 12 34", run_start()};
  const std::int64_t run = store_.begin(head);
  EXPECT_EQ(find_run(opened_, "aaaa").status_text(), "running");
  store_.beat(run, now_seconds() - 600);
  EXPECT_EQ(find_run(opened_, "aaaa").status_text(), "lost");
}

TEST(Guess, belongs_to_the_metric_of_its_name) {
  EXPECT_EQ(guess_of("val/age_mae"), "val/guess_age_mae");
  EXPECT_EQ(guess_of("loss"), "guess_loss");
  EXPECT_TRUE(is_guess("val/guess_age_mae"));
  EXPECT_FALSE(is_guess("val/age_mae"));
}

}  // namespace
}  // namespace ag::tracking
