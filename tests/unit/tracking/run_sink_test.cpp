#include "tracking/run_sink.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

#include "framework/core/atomic_file.h"
#include "tests/unit/tracking/tracking_test_support.h"

namespace ag::tracking {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RunSinkTest : public TrackingTest {
 protected:
  void SetUp() override {
    fs::create_directories(temporary_);
    setenv("TMPDIR", temporary_.c_str(), 1);
  }
  void TearDown() override { unsetenv("TMPDIR"); }

  // Another program that keeps the database to itself until it is destroyed.
  struct Locker {
    explicit Locker(const fs::path& path) : database(path, SQLite::OPEN_READWRITE) {
      database.exec("BEGIN EXCLUSIVE");
    }
    SQLite::Database database;
  };

  static std::vector<Row> steps(std::int64_t first, std::int64_t last) {
    std::vector<Row> rows;
    for (std::int64_t step = first; step <= last; ++step) rows.emplace_back(step_row(step));
    return rows;
  }

  void make_database() const { open_for_writing(database_); }
  void open_as_agtrack_does() const {
    ReadableDatabase opened = open_for_reading(database_);
    merge_pending(opened.database, database_);
  }
  static void wait_for_retry() { std::this_thread::sleep_for(std::chrono::milliseconds(60)); }

  fs::path temporary_ = folder_ / "tmp";
};

TEST_F(RunSinkTest, rows_of_a_locked_database_wait_beside_it_and_are_merged_by_the_run_itself) {
  RunSink sink(database_, quick().sink);
  const std::string id = sink.begin(run_start());
  sink.write(steps(1, 10));
  std::optional<Locker> locker(database_);
  sink.write(steps(11, 20));
  sink.write(steps(21, 25));
  EXPECT_FALSE(sink.writes_directly());
  EXPECT_TRUE(fs::exists(database_.string() + "." + id + ".pending.jsonl"));
  EXPECT_EQ(sink.held(), 0u);
  locker.reset();
  wait_for_retry();
  sink.write(steps(26, 30));
  EXPECT_TRUE(sink.writes_directly());
  EXPECT_EQ(ask_one("SELECT count(*) || ' ' || max(step) FROM step"), "30 30");
  EXPECT_EQ(ask_one("SELECT count(*) FROM run"), "1");
  EXPECT_EQ(files_named("pending"), 0u);
  ASSERT_THAT(warnings_, SizeIs(2)) << "one when it is lost, one when it is back";
  EXPECT_THAT(warnings_[0], HasSubstr("database is locked; training goes on"));
  EXPECT_THAT(warnings_[1], HasSubstr("can be written again"));
}

TEST_F(RunSinkTest, a_run_that_begins_under_a_lock_keeps_its_id_when_it_is_merged) {
  make_database();
  std::optional<Locker> locker(database_);
  std::string id;
  {
    RunSink sink(database_, quick().sink);
    id = sink.begin(run_start());
    sink.write(steps(1, 10));
    sink.write(std::vector<Row>{EndEntry{RunStatus::kFinished, "", now_seconds()}});
    sink.settle();
  }
  locker.reset();
  open_as_agtrack_does();
  EXPECT_THAT(id, ::testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_THAT(id, SizeIs(8)) << "unchecked ids are long";
  EXPECT_EQ(ask_one("SELECT id || ' ' || status FROM run"), id + " finished");
  EXPECT_EQ(ask_one("SELECT count(*) FROM step"), "10");
  EXPECT_THAT(ask("SELECT kind FROM event ORDER BY key"), ElementsAre("started", "finished"));
  EXPECT_EQ(files_named("pending"), 0u);
}

TEST_F(RunSinkTest, a_resume_under_a_lock_replaces_rows_when_it_is_merged) {
  std::string id;
  {
    RunSink sink(database_, quick().sink);
    id = sink.begin(run_start());
    sink.write(steps(1, 30));
  }
  std::optional<Locker> locker(database_);
  RunStart again = run_start();
  again.resumed_run = id;
  again.resumed_step = 10;
  RunSink sink(database_, quick().sink);
  EXPECT_EQ(sink.begin(again), id);
  sink.write(steps(11, 12));
  locker.reset();
  wait_for_retry();
  sink.write(steps(13, 15));
  EXPECT_EQ(ask_one("SELECT count(*) || ' ' || max(step) FROM step"), "15 15");
  EXPECT_EQ(ask_one("SELECT id FROM run"), id);
}

// A regular file where the folder should be stands in for a folder that can't be written, which
// root may always.
TEST_F(RunSinkTest, where_the_folder_cant_be_written_rows_wait_in_the_temporary_folder) {
  write_file_atomically(folder_ / "runs", "no folder");
  {
    RunSink sink(database_, quick().sink);
    sink.begin(run_start());
    sink.write(steps(1, 10));
    sink.settle();
  }
  EXPECT_EQ(files_named("pending"), 1u);
  ASSERT_THAT(warnings_, SizeIs(2));
  EXPECT_THAT(warnings_[0], HasSubstr(temporary_.string()));
  fs::remove(folder_ / "runs");
  make_database();
  open_as_agtrack_does();
  EXPECT_EQ(ask_one("SELECT count(*) FROM step"), "10");
  EXPECT_EQ(files_named("pending"), 0u);
}

TEST_F(RunSinkTest, where_nothing_can_be_written_rows_wait_in_memory_and_the_oldest_steps_go) {
  write_file_atomically(folder_ / "runs", "no folder");
  setenv("TMPDIR", "/nonexistent", 1);
  SinkOptions options = quick().sink;
  options.held_rows = 12;
  RunSink sink(database_, options);
  sink.begin(run_start());
  sink.write(std::vector<Row>{MetricEntry{{1, 1, "val/loss", 1}, 0}});
  sink.write(steps(1, 15));
  EXPECT_EQ(sink.held(), 12u);
  fs::remove(folder_ / "runs");
  wait_for_retry();
  sink.write(steps(16, 16));
  EXPECT_EQ(ask_one("SELECT min(step) || ' ' || max(step) || ' ' || count(*) FROM step"),
            "6 16 11");
  EXPECT_EQ(ask_one("SELECT count(*) FROM metric"), "1");
  EXPECT_THAT(ask_one("SELECT text FROM event WHERE kind = 'note'"),
              HasSubstr("5 rows of steps are missing"));
}

TEST_F(RunSinkTest, a_database_that_vanishes_is_made_anew_with_the_run_in_it) {
  RunSink sink(database_, quick().sink);
  const std::string id = sink.begin(run_start());
  sink.write(steps(1, 10));
  fs::remove_all(database_.parent_path());
  sink.write(steps(11, 20));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("removed or renamed")));
  wait_for_retry();
  sink.write(steps(21, 30));
  EXPECT_EQ(ask_one("SELECT id FROM run"), id);
  EXPECT_EQ(ask_one("SELECT min(step) || ' ' || max(step) || ' ' || count(*) FROM step"),
            "11 30 20");
}

// A limit on the size of files stands in for a full disk. The limit is the process's, so a child
// takes it upon itself.
TEST_F(RunSinkTest, on_a_full_disk_the_run_goes_on_and_the_next_open_has_its_rows) {
  make_database();
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const auto size = static_cast<rlim_t>(fs::file_size(database_) + 20'000);
    const rlimit limit{size, size};
    setrlimit(RLIMIT_FSIZE, &limit);
    RunSink sink(database_, quick().sink);
    sink.begin(run_start());
    for (int hundred = 0; hundred < 10; ++hundred) {
      sink.write(steps(100 * hundred + 1, 100 * hundred + 100));
    }
    const bool lost = !sink.writes_directly() && sink.held() < 1000;
    _exit(lost ? 0 : 1);  // as if killed: what is held in memory goes with it
  }
  int status = -1;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0) << "the database should have been lost to the limit";
  EXPECT_EQ(files_named("pending"), 1u);
  open_as_agtrack_does();
  EXPECT_EQ(ask_one("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(files_named("pending"), 0u);
  const std::int64_t rows = std::stoll(ask_one("SELECT count(*) FROM step"));
  EXPECT_GT(rows, 200);
  EXPECT_EQ(ask_one("SELECT max(step) FROM step"), std::to_string(rows)) << "rows without a gap";
}

class PendingFileTest : public RunSinkTest {
 protected:
  // A finished run's pending file, made while another program kept the database.
  fs::path pending_run() {
    make_database();
    const Locker locker(database_);
    RunSink sink(database_, quick().sink);
    sink.begin(run_start());
    sink.write(steps(1, 10));
    sink.write(std::vector<Row>{MetricEntry{{1, 10, "val/loss", 1.5}, 0},
                                EndEntry{RunStatus::kFinished, "", now_seconds()}});
    return pending_files(database_).at(0);
  }
};

TEST_F(PendingFileTest, merging_twice_is_merging_once) {
  const fs::path file = pending_run();
  const std::string content = read_file(file);
  open_as_agtrack_does();
  std::ofstream(file) << content;  // as if its removal hadn't reached the disk
  open_as_agtrack_does();
  EXPECT_EQ(ask_one("SELECT count(*) FROM run"), "1");
  EXPECT_EQ(ask_one("SELECT count(*) FROM step"), "10");
  EXPECT_EQ(ask_one("SELECT count(*) FROM metric"), "1");
  EXPECT_THAT(ask("SELECT kind FROM event ORDER BY key"), ElementsAre("started", "finished"));
  EXPECT_EQ(files_named("pending"), 0u);
}

TEST_F(PendingFileTest, what_came_after_a_merge_is_merged_alone) {
  const fs::path file = pending_run();
  const std::string content = read_file(file);
  open_as_agtrack_does();
  std::ofstream(file) << content << to_line(Row(step_row(11)))
                      << to_line(Row(EventEntry{"note", "later", 1}));
  open_as_agtrack_does();
  EXPECT_EQ(ask_one("SELECT count(*) FROM step"), "11");
  EXPECT_THAT(ask("SELECT kind FROM event ORDER BY key"),
              ElementsAre("started", "finished", "note"));
}

TEST_F(PendingFileTest, half_a_line_is_left_out_and_a_bad_one_is_noted) {
  const fs::path file = pending_run();
  std::ofstream(file, std::ios::app) << "{\"step\": [11, \"what\"]}\n{\"step\": [12, 2, 0.5";
  open_as_agtrack_does();
  EXPECT_EQ(ask_one("SELECT max(step) FROM step"), "10");
  EXPECT_THAT(ask_one("SELECT text FROM event WHERE kind = 'note'"), HasSubstr("1 pending row"));
}

TEST_F(PendingFileTest, one_that_cant_be_understood_stays) {
  make_database();
  std::ofstream(database_.string() + ".7f3a.pending.jsonl") << "not ours\n";
  open_as_agtrack_does();
  EXPECT_EQ(files_named("pending"), 1u);
  EXPECT_EQ(ask_one("SELECT count(*) FROM run"), "0");
}

TEST_F(PendingFileTest, nobody_merges_the_file_of_a_run_that_still_writes_it) {
  make_database();
  std::optional<Locker> locker(database_);
  RunSink sink(database_, quick().sink);
  sink.begin(run_start());
  sink.write(steps(1, 10));
  locker.reset();
  open_as_agtrack_does();
  EXPECT_EQ(ask_one("SELECT count(*) FROM run"), "0");
  EXPECT_EQ(files_named("pending"), 1u);
}

TEST_F(PendingFileTest, an_id_that_was_taken_meanwhile_grows) {
  make_database();
  PendingHead pending;
  pending.head = {"abcdef0123456789abcdef0123456789", "abcd", 1, "", run_start("first")};
  pending.begins = true;
  {
    PendingFile file(pending_places(database_, "one").at(0));
    file.append({pending});
  }
  pending.head.token = "abcdff0123456789abcdef0123456789";
  pending.head.start.name = "second";
  {
    PendingFile file(pending_places(database_, "two").at(0));
    file.append({pending});
  }
  open_as_agtrack_does();
  EXPECT_THAT(ask("SELECT id || ' ' || name FROM run ORDER BY key"),
              ElementsAre("abcd first", "abcdf second"));
}

}  // namespace
}  // namespace ag::tracking
