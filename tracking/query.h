// What agtrack, sweeps and pages ask a tracking database. One thread. Throws SQLite::Exception when
// the file can't be read.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracking/row.h"

namespace ag::tracking {

struct Run {
  std::int64_t key = 0;
  std::string id;
  std::string name;
  std::string experiment;
  RunStatus status = RunStatus::kRunning;
  bool lost = false;   // says that it runs, but its process is gone or silent
  std::string reason;  // of its end, "" when all went well
  double created = 0;  // seconds since 1970 UTC, like all times
  std::optional<double> ended;
  double heartbeat = 0;  // when its process was last heard of
  std::string host;
  std::int64_t ranks = 0;
  std::string program_version;
  std::string dataset_hash;
  std::int64_t total_epochs = 0;
  std::int64_t steps_per_epoch = 0;
  std::string resumed_from;
  double seconds = 0;       // that its processes lived: a pause between two doesn't count
  std::int64_t epochs = 0;  // the last one that a metric was logged of
  std::int64_t steps = 0;   // the last one logged

  // "running", "lost", "finished", "failed" or "stopped".
  std::string_view status_text() const;
};

struct RunFilter {
  std::optional<std::string> experiment;
  std::optional<std::string> status;  // as status_text() says it
};

// Newest first.
std::vector<Run> find_runs(SQLite::Database& database, const RunFilter& filter = {});

// The run of exactly that id; none where there is none. Reads that run's rows alone, however many
// there are.
std::optional<Run> run_of_id(SQLite::Database& database, const std::string& id);

// The run of that id, or of the only id that begins so. Throws usage_error that names the ids that
// come near.
Run find_run(SQLite::Database& database, const std::string& id);

// In the order of the configuration.
std::vector<std::pair<std::string, std::string>> parameters(SQLite::Database& database,
                                                            const Run& run);
std::string config_yaml(SQLite::Database& database, const Run& run);

struct MetricPoint {
  std::int64_t step = 0;
  std::int64_t epoch = 0;
  double value = 0;
  double time = 0;
};

// Every metric that any of the runs has, in the order of the alphabet.
std::vector<std::string> metric_names(SQLite::Database& database, const std::vector<Run>& runs);

// In the order of steps; empty for a metric that the run doesn't have.
std::vector<MetricPoint> metric_series(SQLite::Database& database, const Run& run,
                                       const std::string& metric);

// The last and the best value of a metric; best is by metric_direction.h, the earliest of equals.
struct MetricSummary {
  std::string name;
  MetricPoint last;
  MetricPoint best;
};

// None for a metric that the run doesn't have.
std::optional<MetricSummary> summary(SQLite::Database& database, const Run& run,
                                     const std::string& metric);
// One for each metric of the run, in the order of the alphabet.
std::vector<MetricSummary> summaries(SQLite::Database& database, const Run& run);
const MetricSummary* find_metric(const std::vector<MetricSummary>& summaries,
                                 std::string_view name);

std::vector<StepRow> steps(SQLite::Database& database, const Run& run);
std::vector<CheckpointEntry> checkpoints(SQLite::Database& database, const Run& run);
std::vector<EventEntry> events(SQLite::Database& database, const Run& run);

// "val/guess_age_mae" for "val/age_mae": what a network that only guesses would reach, where the
// trainer logged it.
std::string guess_of(std::string_view metric);
bool is_guess(std::string_view metric);

}  // namespace ag::tracking
