#include "tracking/schema.h"

#include <SQLiteCpp/Exception.h>
#include <gmock/gmock.h>

#include <fstream>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "tests/unit/tracking/tracking_test_support.h"
#include "tracking/database.h"
#include "tracking/query.h"

namespace ag::tracking {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;

class SchemaTest : public TrackingTest {
 protected:
  SchemaTest() { fs::create_directories(database_.parent_path()); }
  SQLite::Database raw() const { return {database_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}; }
  template <class Call>
  static std::string complaint_of(const Call& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kUsage);
      return error.what();
    }
    return "none";
  }
};

// A database of each older version, as the program of that version wrote it, is read by today's.
TEST_F(SchemaTest, a_database_of_version_1_opens) {
  raw().exec(read_file(fs::path(AG_SOURCE_DIR) / "tests/unit/tracking/data/version_1.sql"));
  SQLite::Database database = open_for_reading(database_).database;
  const std::vector<tracking::Run> runs = find_runs(database);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[1].id, "7f3a");
  EXPECT_EQ(runs[1].name, "mobilenet_64");
  EXPECT_EQ(runs[1].status_text(), "finished");
  EXPECT_EQ(runs[1].ranks, 2);
  EXPECT_EQ(runs[0].status_text(), "stopped");
  EXPECT_EQ(runs[0].reason, "SIGUSR1");
  EXPECT_EQ(parameters(database, runs[1])[1],
            (std::pair<std::string, std::string>("model.width", "1.0")));
  const std::vector<MetricPoint> mae = metric_series(database, runs[1], "val/age_mae");
  ASSERT_EQ(mae.size(), 2u);
  EXPECT_EQ(mae[1].value, 7.5);
  EXPECT_EQ(steps(database, runs[1]).size(), 2u);
  EXPECT_EQ(checkpoints(database, runs[1])[0].path, "/runs/7f3a/best.safetensors");
  EXPECT_EQ(events(database, runs[1]).size(), 2u);
}

TEST_F(SchemaTest, an_older_database_is_brought_up_step_by_step_and_keeps_its_rows) {
  const std::vector<std::string_view> first = {
      "CREATE TABLE run (key INTEGER PRIMARY KEY, id TEXT)"};
  std::vector<std::string_view> later = first;
  later.emplace_back("ALTER TABLE run ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'");
  later.emplace_back("UPDATE run SET colour = 'light' || colour");
  SQLite::Database database = raw();
  migrate(database, database_, first);
  database.exec("INSERT INTO run (id) VALUES ('7f3a')");
  EXPECT_EQ(ask_one("PRAGMA user_version"), "1");
  migrate(database, database_, later);
  migrate(database, database_, later);
  EXPECT_EQ(ask_one("PRAGMA user_version"), "3");
  EXPECT_EQ(ask_one("SELECT id || ' ' || colour FROM run"), "7f3a lightgrey");
}

TEST_F(SchemaTest, a_step_that_fails_leaves_the_database_as_it_was) {
  const std::vector<std::string_view> good = {"CREATE TABLE run (key INTEGER PRIMARY KEY)"};
  const std::vector<std::string_view> bad = {good[0], "CREATE TABLE more (a)", "no SQL"};
  SQLite::Database database = raw();
  migrate(database, database_, good);
  EXPECT_THROW(migrate(database, database_, bad), SQLite::Exception);
  EXPECT_EQ(ask_one("PRAGMA user_version"), "1");
  EXPECT_EQ(ask_one("SELECT count(*) FROM sqlite_master WHERE name = 'more'"), "0");
}

TEST_F(SchemaTest, a_newer_database_is_refused_and_says_so) {
  { SQLite::Database database = open_for_writing(database_); }
  raw().exec("PRAGMA user_version = 99");
  EXPECT_THAT(complaint_of([&] { open_for_writing(database_); }),
              HasSubstr("newer agtrain (schema 99, this one knows"));
  EXPECT_THAT(complaint_of([&] { open_for_reading(database_); }), HasSubstr("newer agtrain"));
}

TEST_F(SchemaTest, other_files_are_refused_and_left_alone) {
  const std::string text(5000, 'x');
  write_file_atomically(database_, text);
  EXPECT_THAT(complaint_of([&] { open_for_writing(database_); }),
              HasSubstr("no tracking database"));
  EXPECT_THAT(complaint_of([&] { open_for_reading(database_); }),
              HasSubstr("no tracking database"));
  EXPECT_EQ(read_file(database_), text);
  EXPECT_THAT(complaint_of([&] { open_for_reading(database_.parent_path()); }),
              HasSubstr("no tracking database"));
}

TEST_F(SchemaTest, reading_makes_no_database) {
  EXPECT_THAT(complaint_of([&] { open_for_reading(database_); }), HasSubstr("train something"));
  EXPECT_FALSE(fs::exists(database_));
}

TEST_F(SchemaTest, steps_are_read_in_their_order_without_a_sort) {
  SQLite::Database database = open_for_writing(database_);
  SQLite::Statement plan(database,
                         "EXPLAIN QUERY PLAN SELECT * FROM step WHERE run = 1 ORDER BY step");
  ASSERT_TRUE(plan.executeStep());
  EXPECT_THAT(plan.getColumn(3).getString(), HasSubstr("USING PRIMARY KEY"));
  EXPECT_FALSE(plan.executeStep()) << plan.getColumn(3).getString();
}

TEST_F(SchemaTest, the_journal_is_wal_where_the_file_system_allows_it) {
  open_for_writing(database_);
  const bool wal = journal_for(database_.parent_path()) == Journal::kWal;
  EXPECT_EQ(ask_one("PRAGMA journal_mode"), wal ? "wal" : "delete");
  EXPECT_EQ(journal_for("/proc"), Journal::kWal) << "no file system that machines share";
  EXPECT_EQ(journal_for("/nonexistent"), Journal::kRollback) << "one that can't be asked";
}

}  // namespace
}  // namespace ag::tracking
