#include "tracking/sqlite_run_logger.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <limits>
#include <set>
#include <thread>

#include "framework/core/error.h"
#include "tests/unit/tracking/tracking_test_support.h"
#include "tracking/make_run_logger.h"
#include "tracking/null_run_logger.h"

namespace ag::tracking {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SqliteRunLoggerTest : public TrackingTest {};

TEST_F(SqliteRunLoggerTest, what_a_run_logs_is_in_the_database) {
  SqliteRunLogger logger(database_, quick());
  const std::string id = logger.start(run_start());
  log_steps(logger, 1, 30);
  logger.metrics(std::vector<MetricRow>{{1, 10, "val/age_mae", 9.5}, {2, 20, "val/age_mae", 8.25}});
  logger.checkpoint("/tmp/best.safetensors", 20, "best");
  logger.finish(RunStatus::kStopped, "SIGUSR1");

  EXPECT_EQ(ask_one("SELECT id FROM run"), id);
  EXPECT_EQ(ask_one("SELECT status || ': ' || reason FROM run"), "stopped: SIGUSR1");
  EXPECT_EQ(ask_one("SELECT ended >= created AND heartbeat = ended FROM run"), "1");
  EXPECT_EQ(ask_one("SELECT count(*) || ' ' || min(step) || ' ' || max(step) FROM step"),
            "30 1 30");
  EXPECT_EQ(ask_one("SELECT loss || ' ' || epoch || ' ' || comm_wait FROM step WHERE step = 20"),
            "0.05 2 0.02");
  EXPECT_THAT(ask("SELECT value FROM metric JOIN metric_name ON metric_name.key = metric.name "
                  "WHERE metric_name.name = 'val/age_mae' ORDER BY step"),
              ElementsAre("9.5", "8.25"));
  EXPECT_EQ(ask_one("SELECT kind || ' ' || step || ' ' || path FROM checkpoint"),
            "best 20 /tmp/best.safetensors");
  EXPECT_THAT(ask("SELECT name FROM param ORDER BY place"),
              ElementsAre("optimizer.lr", "model.width"));
  EXPECT_THAT(ask("SELECT kind FROM event ORDER BY key"), ElementsAre("started", "stopped"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(SqliteRunLoggerTest, rows_are_there_while_the_run_goes_on) {
  SqliteRunLogger logger(database_, quick());
  logger.start(run_start());
  log_steps(logger, 1, 3);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (ask_one("SELECT count(*) FROM step") != "3") {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(ask_one("SELECT status FROM run"), "running");
  logger.finish(RunStatus::kFinished, "");
}

TEST_F(SqliteRunLoggerTest, settled_all_that_was_told_is_there) {
  LoggerOptions options = quick();
  options.flush_pause = std::chrono::hours(1);
  options.longest_settling = std::chrono::minutes(1);
  SqliteRunLogger logger(database_, options);
  logger.settle();  // not started yet
  logger.start(run_start());
  for (int told = 1; told <= 20; ++told) {
    log_steps(logger, told, told);
    logger.settle();
    ASSERT_EQ(ask_one("SELECT count(*) FROM step"), std::to_string(told));
  }
  logger.finish(RunStatus::kFinished, "");
  logger.settle();
}

TEST_F(SqliteRunLoggerTest, a_heartbeat_comes_without_rows) {
  LoggerOptions options = quick();
  options.heartbeat_pause = std::chrono::milliseconds(5);
  SqliteRunLogger logger(database_, options);
  logger.start(run_start());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (ask_one("SELECT heartbeat > created FROM run") != "1") {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST_F(SqliteRunLoggerTest, a_logger_that_dies_unfinished_leaves_a_failed_run) {
  {
    SqliteRunLogger logger(database_, quick());
    logger.start(run_start());
    log_steps(logger, 1, 5);
  }
  EXPECT_EQ(ask_one("SELECT status FROM run"), "failed");
  EXPECT_EQ(ask_one("SELECT count(*) FROM step"), "5");
}

TEST_F(SqliteRunLoggerTest, numbers_that_arent_finite_are_kept) {
  SqliteRunLogger logger(database_, quick());
  logger.start(run_start());
  const double infinity = std::numeric_limits<double>::infinity();
  logger.metrics(
      std::vector<MetricRow>{{1, 10, "val/loss", std::nan("")}, {2, 20, "val/loss", infinity}});
  logger.finish(RunStatus::kFinished, "");
  EXPECT_THAT(ask("SELECT value FROM metric ORDER BY step"), ElementsAre("null", "Inf"));
}

TEST_F(SqliteRunLoggerTest, a_resumed_run_replaces_the_rows_after_its_step) {
  std::string id;
  {
    SqliteRunLogger logger(database_, quick());
    id = logger.start(run_start());
    log_steps(logger, 1, 30);
    logger.metrics(std::vector<MetricRow>{{1, 10, "val/loss", 1}, {3, 30, "val/loss", 3}});
    logger.checkpoint("/a/step_10", 10, "last");
    logger.checkpoint("/a/step_30", 30, "last");
    logger.finish(RunStatus::kFailed, "out of memory");
  }
  SqliteRunLogger logger(database_, quick());
  RunStart again = run_start();
  again.resumed_run = id;
  again.resumed_step = 10;
  again.ranks = 4;
  again.total_epochs = 5;
  again.parameters = {{"optimizer.lr", "0.2"}};
  EXPECT_EQ(logger.start(again), id);
  EXPECT_EQ(ask_one("SELECT status || ranks || total_epochs || reason FROM run"), "running45");
  EXPECT_EQ(ask_one("SELECT ended FROM run"), "null");
  EXPECT_EQ(ask_one("SELECT max(step) FROM step"), "10");
  EXPECT_EQ(ask_one("SELECT max(step) FROM metric"), "10");
  EXPECT_EQ(ask_one("SELECT path FROM checkpoint"), "/a/step_10");
  EXPECT_EQ(ask_one("SELECT name || '=' || value FROM param"), "optimizer.lr=0.2");
  log_steps(logger, 11, 12);
  logger.finish(RunStatus::kFinished, "");
  EXPECT_EQ(ask_one("SELECT count(*) || ' ' || max(step) FROM step"), "12 12");
  EXPECT_THAT(ask("SELECT kind FROM event ORDER BY key"),
              ElementsAre("started", "failed", "resumed", "finished"));
}

TEST_F(SqliteRunLoggerTest, a_run_of_another_database_goes_on_under_its_id) {
  SqliteRunLogger logger(database_, quick());
  RunStart again = run_start();
  again.resumed_run = "7f3a";
  again.resumed_step = 10;
  EXPECT_EQ(logger.start(again), "7f3a");
  log_steps(logger, 11, 12);
  logger.finish(RunStatus::kFinished, "");
  EXPECT_EQ(ask_one("SELECT resumed_from FROM run"), "7f3a");
  EXPECT_EQ(ask_one("SELECT count(*) FROM step"), "2");
}

TEST_F(SqliteRunLoggerTest, a_file_that_is_no_tracking_database_is_told_before_training) {
  fs::create_directories(database_.parent_path());
  SQLite::Database(database_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE mine (a)");
  SqliteRunLogger logger(database_, quick());
  try {
    logger.start(run_start());
    FAIL() << "went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("no tracking database"));
  }
  EXPECT_NO_THROW(logger.finish(RunStatus::kFailed, "refused"));
}

// Eight runs at once, from four processes with two threads each, into one new file.
TEST_F(SqliteRunLoggerTest, many_processes_and_threads_write_one_database_at_once) {
  constexpr int kProcesses = 4;
  constexpr int kThreads = 2;
  constexpr int kSteps = 500;
  const auto log_a_run = [this] {
    LoggerOptions options;  // with the patience of a real run
    options.flush_pause = std::chrono::milliseconds(1);
    SqliteRunLogger logger(database_, options);
    logger.start(run_start());
    for (int step = 1; step <= kSteps; ++step) {
      logger.step(step_row(step));
      logger.metrics(std::vector<MetricRow>{{1, step, "train/loss", 1}});
      if (step % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    logger.finish(RunStatus::kFinished, "");
  };
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    if (child == 0) {
      std::vector<std::thread> threads;
      for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(log_a_run);
      for (std::thread& thread : threads) thread.join();
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(ask_one("SELECT count(DISTINCT id) || ' ' || count(DISTINCT token) FROM run"), "8 8");
  EXPECT_EQ(ask_one("SELECT count(*) FROM run WHERE status = 'finished'"), "8");
  EXPECT_EQ(ask_one("SELECT count(*) FROM step"), std::to_string(8 * kSteps));
  EXPECT_EQ(ask_one("SELECT count(*) FROM metric"), std::to_string(8 * kSteps));
  EXPECT_EQ(ask_one("SELECT count(*) FROM metric_name"), "1");
  EXPECT_EQ(files_named("pending"), 0u);
}

TEST_F(SqliteRunLoggerTest, killed_in_the_middle_the_database_is_whole_and_has_what_was_committed) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    LoggerOptions options;
    options.flush_pause = std::chrono::milliseconds(1);
    options.flush_rows = 16;
    SqliteRunLogger logger(database_, options);
    logger.start(run_start());
    for (std::int64_t step = 1;; ++step) {
      logger.step(step_row(step));
      if (step == 2000 && write(ready[1], "x", 1) != 1) _exit(1);
      if (step % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);

  EXPECT_EQ(ask_one("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(ask_one("SELECT status FROM run"), "running");
  const std::int64_t rows = std::stoll(ask_one("SELECT count(*) FROM step"));
  EXPECT_GT(rows, 0);
  EXPECT_EQ(ask_one("SELECT max(step) FROM step"), std::to_string(rows)) << "rows without a gap";
}

TEST(NullRunLogger, has_an_id_and_tracks_nothing) {
  TrackingConfig config;
  config.database = std::nullopt;
  const std::unique_ptr<RunLogger> logger = make_run_logger(config);
  ASSERT_NE(dynamic_cast<NullRunLogger*>(logger.get()), nullptr);
  const std::string id = logger->start(run_start());
  EXPECT_THAT(id, ::testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_NE(id, make_run_logger(config)->start(run_start()));
  RunStart again = run_start();
  again.resumed_run = "7f3a";
  EXPECT_EQ(logger->start(again), "7f3a");
}

}  // namespace
}  // namespace ag::tracking
