#include "tracking/query.h"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>

#include "framework/core/error.h"
#include "framework/core/metric_direction.h"
#include "framework/core/text.h"
#include "tracking/process.h"

namespace ag::tracking {
namespace {

// A process on another machine that says nothing for so long is taken for lost; it beats every ten
// seconds, and clocks differ.
constexpr double kSilentSeconds = 120;
constexpr std::size_t kIdsToSuggest = 5;
constexpr std::string_view kGuessPrefix = "guess_";

constexpr const char* kSelectRuns =
    "SELECT key, id, name, experiment, status, reason, created, ended, heartbeat, host, process, "
    "ranks, program_version, dataset_hash, total_epochs, steps_per_epoch, resumed_from, "
    "coalesce((SELECT max(epoch) FROM metric WHERE metric.run = run.key), 0), "
    "coalesce((SELECT max(step) FROM step WHERE step.run = run.key), 0) "
    "FROM run ";

double number(const SQLite::Column& column) {
  return column.isNull() ? std::numeric_limits<double>::quiet_NaN() : column.getDouble();
}

bool is_lost(const Run& run, const std::string& process) {
  if (run.status != RunStatus::kRunning) return false;
  const std::optional<bool> alive = process_alive(process);
  return alive ? !*alive : now_seconds() - run.heartbeat > kSilentSeconds;
}

Run run_from(SQLite::Statement& row) {
  int at = 0;
  Run run;
  run.key = row.getColumn(at++).getInt64();
  run.id = row.getColumn(at++).getString();
  run.name = row.getColumn(at++).getString();
  run.experiment = row.getColumn(at++).getString();
  run.status = status_of(row.getColumn(at++).getString());
  run.reason = row.getColumn(at++).getString();
  run.created = row.getColumn(at++).getDouble();
  const SQLite::Column ended = row.getColumn(at++);
  if (!ended.isNull()) run.ended = ended.getDouble();
  run.heartbeat = row.getColumn(at++).getDouble();
  run.host = row.getColumn(at++).getString();
  run.lost = is_lost(run, row.getColumn(at++).getString());
  run.ranks = row.getColumn(at++).getInt64();
  run.program_version = row.getColumn(at++).getString();
  run.dataset_hash = row.getColumn(at++).getString();
  run.total_epochs = row.getColumn(at++).getInt64();
  run.steps_per_epoch = row.getColumn(at++).getInt64();
  run.resumed_from = row.getColumn(at++).getString();
  run.epochs = row.getColumn(at++).getInt64();
  run.steps = row.getColumn(at++).getInt64();
  return run;
}

// The times from each start of a process to the end that the run's diary has for it; to its last
// heartbeat for the one that still runs.
void add_seconds(SQLite::Database& database, std::vector<Run>& runs) {
  std::map<std::int64_t, std::vector<std::pair<double, bool>>> turns;
  const std::string of_one =
      runs.size() == 1 ? fmt::format(" AND run = {}", runs.front().key) : std::string();
  SQLite::Statement rows(
      database,
      "SELECT run, time, kind IN ('started', 'resumed') FROM event WHERE kind IN "
      "('started', 'resumed', 'finished', 'failed', 'stopped', 'lost')" +
          of_one + " ORDER BY run, time, key");
  while (rows.executeStep()) {
    turns[rows.getColumn(0).getInt64()].emplace_back(rows.getColumn(1).getDouble(),
                                                     rows.getColumn(2).getInt() != 0);
  }
  for (Run& run : runs) {
    std::optional<double> since;
    for (const auto& [time, starts] : turns[run.key]) {
      if (since && !starts) run.seconds += time - *since;
      since = starts ? std::optional(time) : std::nullopt;
    }
    if (since) run.seconds += std::max(run.heartbeat - *since, 0.0);
  }
}

bool matches(const Run& run, const RunFilter& filter) {
  if (filter.experiment && run.experiment != *filter.experiment) return false;
  return !filter.status || run.status_text() == *filter.status;
}

[[noreturn]] void throw_no_run(const std::string& id, const std::vector<Run>& runs) {
  if (runs.empty()) throw usage_error("", "the database has no run yet");
  std::vector<std::string> ids;
  ids.reserve(runs.size());
  for (const Run& run : runs) ids.push_back(run.id);
  const std::string near = nearest_word(id, ids);
  if (!near.empty()) {
    throw usage_error("", fmt::format("no run '{}'", id), fmt::format("did you mean {}?", near));
  }
  ids.resize(std::min(ids.size(), kIdsToSuggest));
  throw usage_error("", fmt::format("no run '{}'", id),
                    fmt::format("the latest are {}", fmt::join(ids, ", ")));
}

SQLite::Statement statement_of(SQLite::Database& database, const char* sql, const Run& run) {
  SQLite::Statement statement(database, sql);
  statement.bind(1, run.key);
  return statement;
}

}  // namespace

std::string_view Run::status_text() const {
  return lost ? "lost" : status_name(status);
}

std::vector<Run> find_runs(SQLite::Database& database, const RunFilter& filter) {
  SQLite::Statement rows(database, std::string(kSelectRuns) + "ORDER BY created DESC, key DESC");
  std::vector<Run> runs;
  while (rows.executeStep()) {
    Run run = run_from(rows);
    if (matches(run, filter)) runs.push_back(std::move(run));
  }
  add_seconds(database, runs);
  return runs;
}

std::optional<Run> run_of_id(SQLite::Database& database, const std::string& id) {
  SQLite::Statement rows(database, std::string(kSelectRuns) + "WHERE id = ?");
  rows.bind(1, id);
  if (!rows.executeStep()) return std::nullopt;
  std::vector<Run> runs = {run_from(rows)};
  add_seconds(database, runs);
  return runs.front();
}

Run find_run(SQLite::Database& database, const std::string& id) {
  const std::vector<Run> runs = find_runs(database);
  const auto exact = std::ranges::find(runs, id, &Run::id);
  if (exact != runs.end()) return *exact;
  std::vector<const Run*> begin_so;
  for (const Run& run : runs) {
    if (!id.empty() && run.id.starts_with(id)) begin_so.push_back(&run);
  }
  if (begin_so.size() == 1) return *begin_so.front();
  if (begin_so.empty()) throw_no_run(id, runs);
  std::vector<std::string> ids;
  ids.reserve(begin_so.size());
  for (const Run* run : begin_so) ids.push_back(run->id);
  ids.resize(std::min(ids.size(), kIdsToSuggest));
  throw usage_error("", fmt::format("{} runs begin with '{}'", begin_so.size(), id),
                    fmt::format("say more of it: {}", fmt::join(ids, ", ")));
}

std::vector<std::pair<std::string, std::string>> parameters(SQLite::Database& database,
                                                            const Run& run) {
  SQLite::Statement rows =
      statement_of(database, "SELECT name, value FROM param WHERE run = ? ORDER BY place", run);
  std::vector<std::pair<std::string, std::string>> all;
  while (rows.executeStep()) {
    all.emplace_back(rows.getColumn(0).getString(), rows.getColumn(1).getString());
  }
  return all;
}

std::string config_yaml(SQLite::Database& database, const Run& run) {
  SQLite::Statement row = statement_of(database, "SELECT config FROM run WHERE key = ?", run);
  return row.executeStep() ? row.getColumn(0).getString() : "";
}

std::vector<std::string> metric_names(SQLite::Database& database, const std::vector<Run>& runs) {
  std::vector<std::string> names;
  for (const Run& run : runs) {
    // Skips from name to name along the primary key, however many rows each has.
    SQLite::Statement rows = statement_of(
        database,
        "SELECT metric_name.name FROM metric_name WHERE EXISTS (SELECT 1 FROM metric WHERE "
        "metric.run = ? AND metric.name = metric_name.key)",
        run);
    while (rows.executeStep()) names.push_back(rows.getColumn(0).getString());
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<MetricPoint> metric_series(SQLite::Database& database, const Run& run,
                                       const std::string& metric) {
  SQLite::Statement rows = statement_of(
      database,
      "SELECT step, epoch, value, time FROM metric WHERE run = ? AND name = (SELECT key FROM "
      "metric_name WHERE name = ?) ORDER BY step",
      run);
  rows.bind(2, metric);
  std::vector<MetricPoint> points;
  while (rows.executeStep()) {
    points.push_back({rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64(),
                      number(rows.getColumn(2)), rows.getColumn(3).getDouble()});
  }
  return points;
}

std::optional<MetricSummary> summary(SQLite::Database& database, const Run& run,
                                     const std::string& metric) {
  const std::vector<MetricPoint> points = metric_series(database, run, metric);
  if (points.empty()) return std::nullopt;
  MetricSummary all{metric, points.back(), points.front()};
  for (const MetricPoint& point : points) {
    if (is_better(metric, point.value, all.best.value)) all.best = point;
  }
  return all;
}

std::vector<MetricSummary> summaries(SQLite::Database& database, const Run& run) {
  std::vector<MetricSummary> all;
  for (const std::string& name : metric_names(database, {run})) {
    all.push_back(summary(database, run, name).value());
  }
  return all;
}

const MetricSummary* find_metric(const std::vector<MetricSummary>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &MetricSummary::name);
  return found == all.end() ? nullptr : &*found;
}

std::vector<StepRow> steps(SQLite::Database& database, const Run& run) {
  SQLite::Statement rows =
      statement_of(database,
                   "SELECT step, epoch, loss, lr, seconds, data_wait, comm_wait FROM step WHERE "
                   "run = ? ORDER BY step",
                   run);
  std::vector<StepRow> all;
  while (rows.executeStep()) {
    all.push_back({rows.getColumn(0).getInt64(), rows.getColumn(1).getInt64(),
                   number(rows.getColumn(2)), number(rows.getColumn(3)), number(rows.getColumn(4)),
                   number(rows.getColumn(5)), number(rows.getColumn(6))});
  }
  return all;
}

std::vector<CheckpointEntry> checkpoints(SQLite::Database& database, const Run& run) {
  SQLite::Statement rows =
      statement_of(database,
                   "SELECT path, step, kind, time FROM checkpoint WHERE run = ? ORDER BY step, "
                   "kind, path",
                   run);
  std::vector<CheckpointEntry> all;
  while (rows.executeStep()) {
    all.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getInt64(),
                   rows.getColumn(2).getString(), rows.getColumn(3).getDouble()});
  }
  return all;
}

std::vector<EventEntry> events(SQLite::Database& database, const Run& run) {
  SQLite::Statement rows = statement_of(
      database, "SELECT kind, text, time FROM event WHERE run = ? ORDER BY time, key", run);
  std::vector<EventEntry> all;
  while (rows.executeStep()) {
    all.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getString(),
                   rows.getColumn(2).getDouble()});
  }
  return all;
}

std::string guess_of(std::string_view metric) {
  const std::size_t slash = metric.rfind('/');
  const std::size_t at = slash == std::string_view::npos ? 0 : slash + 1;
  return fmt::format("{}{}{}", metric.substr(0, at), kGuessPrefix, metric.substr(at));
}

bool is_guess(std::string_view metric) {
  const std::size_t slash = metric.rfind('/');
  return metric.substr(slash == std::string_view::npos ? 0 : slash + 1).starts_with(kGuessPrefix);
}

}  // namespace ag::tracking
