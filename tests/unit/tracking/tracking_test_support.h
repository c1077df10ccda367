// A folder for one test, runs to log, and questions to the database in plain SQL.
#pragma once

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "framework/core/run_logger.h"
#include "tests/support/temporary_folder.h"
#include "tracking/sqlite_run_logger.h"

namespace ag::tracking {

class TrackingTest : public ::testing::Test {
 protected:
  // What a query's first column says, as text; NULL as "null".
  std::vector<std::string> ask(const std::string& sql) const {
    SQLite::Database database(database_, SQLite::OPEN_READONLY, 5000);
    SQLite::Statement statement(database, sql);
    std::vector<std::string> answers;
    while (statement.executeStep()) {
      const SQLite::Column column = statement.getColumn(0);
      answers.push_back(column.isNull() ? "null" : column.getString());
    }
    return answers;
  }
  std::string ask_one(const std::string& sql) const {
    const std::vector<std::string> answers = ask(sql);
    return answers.size() == 1 ? answers[0] : fmt::format("{} rows", answers.size());
  }

  std::size_t files_named(const std::string& part) const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (entry.path().filename().string().find(part) != std::string::npos) ++count;
    }
    return count;
  }

  // Options that make a test quick, and keep the warnings for it to read.
  LoggerOptions quick() {
    LoggerOptions options;
    options.flush_pause = std::chrono::milliseconds(5);
    options.sink.patience = std::chrono::milliseconds(20);
    options.sink.first_retry = std::chrono::milliseconds(5);
    options.sink.last_retry = std::chrono::milliseconds(20);
    options.sink.warn = [this](const std::string& text) { warnings_.push_back(text); };
    return options;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path database_ = folder_ / "runs/tracking.db";
  std::vector<std::string> warnings_;
};

inline RunStart run_start(const std::string& name = "mobilenet_64") {
  RunStart start;
  start.name = name;
  start.experiment = "faces";
  start.config_yaml = "name: " + name + "\n";
  start.parameters = {{"optimizer.lr", "0.1"}, {"model.width", "1.0"}};
  start.dataset_hash = "cafe";
  start.host = "here";
  start.program_version = "0.1.0";
  start.ranks = 2;
  start.total_epochs = 3;
  start.steps_per_epoch = 10;
  return start;
}

// Whose loss can be told from its step.
inline StepRow step_row(std::int64_t step) {
  return {.step = step,
          .epoch = (step + 9) / 10,
          .loss = 1.0 / static_cast<double>(step),
          .lr = 0.1,
          .seconds = 0.5,
          .data_wait_seconds = 0.01,
          .comm_wait_seconds = 0.02};
}

inline void log_steps(RunLogger& logger, std::int64_t first, std::int64_t last) {
  for (std::int64_t step = first; step <= last; ++step) logger.step(step_row(step));
}

}  // namespace ag::tracking
