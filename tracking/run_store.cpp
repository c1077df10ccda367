#include "tracking/run_store.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <utility>

#include "framework/core/error.h"
#include "framework/core/text.h"
#include "tracking/process.h"
#include "tracking/run_id.h"

namespace ag::tracking {
namespace {

constexpr const char* kInsertStep =
    "INSERT OR REPLACE INTO step (run, step, epoch, loss, lr, seconds, data_wait, comm_wait) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kInsertMetric =
    "INSERT OR REPLACE INTO metric (run, name, step, epoch, value, time) VALUES (?, ?, ?, ?, ?, ?)";

template <class... Values>
int execute(SQLite::Database& database, const char* sql, const Values&... values) {
  SQLite::Statement statement(database, sql);
  int place = 0;
  (statement.bind(++place, values), ...);
  return statement.exec();
}

// The integer that a query with one text answers; none where it finds no row.
std::optional<std::int64_t> find_key(SQLite::Database& database, const char* sql,
                                     const std::string& text) {
  SQLite::Statement statement(database, sql);
  statement.bind(1, text);
  if (!statement.executeStep()) return std::nullopt;
  return statement.getColumn(0).getInt64();
}

std::string who_runs(const RunStart& start) {
  return fmt::format("{} on {}, agtrain {}", counted(start.ranks, "rank"), start.host,
                     start.program_version);
}

}  // namespace

RunStore::RunStore(SQLite::Database& database)
    : database_(database),
      insert_step_(database, kInsertStep),
      insert_metric_(database, kInsertMetric) {}

void RunStore::require_ended(const RunHead& head) {
  if (!head.start.resumed_run) return;
  SQLite::Statement row(database_, "SELECT process FROM run WHERE id = ? AND status = 'running'");
  row.bind(1, *head.start.resumed_run);
  if (!row.executeStep()) return;
  const std::string process = row.getColumn(0).getString();
  if (process == head.process || process_alive(process) != true) return;
  throw usage_error("", fmt::format("run {} is still running", *head.start.resumed_run),
                    "stop it first, or begin another run");
}

std::int64_t RunStore::begin(RunHead& head) {
  const RunStart& start = head.start;
  if (!start.resumed_run) {
    const std::int64_t run = insert(head);
    write(run, EventEntry{"started", who_runs(start), head.created});
    return run;
  }
  std::optional<std::int64_t> run =
      find_key(database_, "SELECT key FROM run WHERE id = ?", *start.resumed_run);
  const bool anew = start.resumed_step == 0;
  EventEntry event{anew ? "started" : "resumed", who_runs(start), head.created};
  if (!anew) event.text = fmt::format("at step {}: {}", start.resumed_step, event.text);
  if (run) {
    reopen(*run, head);
  } else {
    head.id = *start.resumed_run;
    run = insert(head);
    if (!anew) {
      execute(database_, "UPDATE run SET resumed_from = ? WHERE key = ?", *start.resumed_run, *run);
      event.text += "; what came before is in another database";
    }
  }
  write(*run, event);
  SQLite::Statement names(database_, "SELECT token, id FROM run WHERE key = ?");
  names.bind(1, *run);
  names.executeStep();
  head.token = names.getColumn(0).getString();
  head.id = names.getColumn(1).getString();
  return *run;
}

std::int64_t RunStore::ensure(RunHead& head) {
  const std::optional<std::int64_t> run =
      find_key(database_, "SELECT key FROM run WHERE token = ?", head.token);
  return run ? *run : insert(head);
}

std::int64_t RunStore::insert(RunHead& head) {
  const auto taken = [this](const std::string& id) {
    return find_key(database_, "SELECT key FROM run WHERE id = ?", id).has_value();
  };
  if (head.id.empty() || taken(head.id)) {
    const std::size_t digits = head.id.empty() ? kShortestId : head.id.size();
    head.id = shortest_free_id(head.token, digits, taken);
  }
  const RunStart& start = head.start;
  execute(database_,
          "INSERT INTO run (token, id, name, experiment, status, created, heartbeat, host, "
          "process, ranks, program_version, dataset_hash, config, total_epochs, steps_per_epoch) "
          "VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          head.token, head.id, start.name, start.experiment, head.created, head.created, start.host,
          head.process, start.ranks, start.program_version, start.dataset_hash, start.config_yaml,
          start.total_epochs, start.steps_per_epoch);
  const std::int64_t run = database_.getLastInsertRowid();
  write_params(run, start);
  return run;
}

void RunStore::reopen(std::int64_t run, const RunHead& head) {
  const RunStart& start = head.start;
  execute(
      database_,
      "INSERT INTO event (run, time, kind, text) SELECT key, heartbeat, 'lost', 'ended without a "
      "word' FROM run WHERE key = ? AND status = 'running'",
      run);
  execute(database_,
          "UPDATE run SET name = ?, experiment = ?, status = 'running', reason = '', ended = NULL, "
          "heartbeat = ?, host = ?, process = ?, ranks = ?, program_version = ?, dataset_hash = ?, "
          "config = ?, total_epochs = ?, steps_per_epoch = ? WHERE key = ?",
          start.name, start.experiment, head.created, start.host, head.process, start.ranks,
          start.program_version, start.dataset_hash, start.config_yaml, start.total_epochs,
          start.steps_per_epoch, run);
  for (const char* sql : {"DELETE FROM step WHERE run = ? AND step > ?",
                          "DELETE FROM metric WHERE run = ? AND step > ?",
                          "DELETE FROM checkpoint WHERE run = ? AND step > ?"}) {
    execute(database_, sql, run, start.resumed_step);
  }
  execute(database_, "DELETE FROM param WHERE run = ?", run);
  write_params(run, start);
}

void RunStore::write_params(std::int64_t run, const RunStart& start) {
  SQLite::Statement insert(
      database_, "INSERT OR REPLACE INTO param (run, name, value, place) VALUES (?, ?, ?, ?)");
  int place = 0;
  for (const auto& [name, value] : start.parameters) {
    insert.reset();
    insert.bind(1, run);
    insert.bind(2, name);
    insert.bind(3, value);
    insert.bind(4, place++);
    insert.exec();
  }
}

std::int64_t RunStore::metric_key(const std::string& name) {
  const auto known = metric_keys_.find(name);
  if (known != metric_keys_.end()) return known->second;
  execute(database_, "INSERT OR IGNORE INTO metric_name (name) VALUES (?)", name);
  const std::int64_t key =
      find_key(database_, "SELECT key FROM metric_name WHERE name = ?", name).value();
  metric_keys_[name] = key;
  return key;
}

void RunStore::write(std::int64_t run, const Row& row) {
  std::visit([this, run](const auto& kind) { write_one(run, kind); }, row);
}

void RunStore::write_one(std::int64_t run, const StepRow& row) {
  insert_step_.reset();
  insert_step_.bind(1, run);
  insert_step_.bind(2, row.step);
  insert_step_.bind(3, row.epoch);
  insert_step_.bind(4, row.loss);
  insert_step_.bind(5, row.lr);
  insert_step_.bind(6, row.seconds);
  insert_step_.bind(7, row.data_wait_seconds);
  insert_step_.bind(8, row.comm_wait_seconds);
  insert_step_.exec();
}

void RunStore::write_one(std::int64_t run, const MetricEntry& entry) {
  const std::int64_t name = metric_key(entry.row.name);
  insert_metric_.reset();
  insert_metric_.bind(1, run);
  insert_metric_.bind(2, name);
  insert_metric_.bind(3, entry.row.step);
  insert_metric_.bind(4, entry.row.epoch);
  insert_metric_.bind(5, entry.row.value);
  insert_metric_.bind(6, entry.time);
  insert_metric_.exec();
}

void RunStore::write_one(std::int64_t run, const CheckpointEntry& entry) {
  execute(database_,
          "INSERT OR REPLACE INTO checkpoint (run, path, step, kind, time) VALUES (?, ?, ?, ?, ?)",
          run, entry.path, entry.step, entry.kind, entry.time);
}

void RunStore::write_one(std::int64_t run, const EventEntry& entry) {
  execute(database_, "INSERT INTO event (run, time, kind, text) VALUES (?, ?, ?, ?)", run,
          entry.time, entry.kind, entry.text);
}

void RunStore::write_one(std::int64_t run, const EndEntry& entry) {
  const std::string status(status_name(entry.status));
  execute(database_,
          "UPDATE run SET status = ?, reason = ?, ended = ?, heartbeat = ? WHERE key = ?", status,
          entry.reason, entry.time, entry.time, run);
  write_one(run, EventEntry{status, entry.reason, entry.time});
}

void RunStore::beat(std::int64_t run, double time) {
  execute(database_, "UPDATE run SET heartbeat = ? WHERE key = ?", time, run);
}

std::int64_t RunStore::merged_bytes(const std::string& file) {
  return find_key(database_, "SELECT bytes FROM pending WHERE file = ?", file).value_or(0);
}

void RunStore::set_merged_bytes(const std::string& file, std::int64_t bytes) {
  execute(database_, "INSERT OR REPLACE INTO pending (file, bytes) VALUES (?, ?)", file, bytes);
}

}  // namespace ag::tracking
