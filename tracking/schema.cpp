// Version 1
//
//   run           one row a run
//     key           INTEGER, what the other tables call it by
//     token         32 hex digits, unique everywhere; ties pending rows to their run
//     id            what people call it by: 4 or more of the token's digits, unique in this file
//     name, experiment, status ('running' 'finished' 'failed' 'stopped'), reason ('' or one line)
//     created, ended, heartbeat   seconds since 1970 UTC; ended is NULL while it runs
//     host, process               of the process that writes it now; see process.h
//     ranks, program_version, dataset_hash, config (the whole YAML), total_epochs, steps_per_epoch
//     resumed_from  id of the run that this one went on with and that this file doesn't have, or ''
//   param         (run, name) -> value; place is its order in the configuration
//   metric_name   key <-> "val/age_mae"
//   metric        (run, name, step) -> epoch, value, time; NULL is NaN
//   step          (run, step) -> epoch, loss, lr, seconds, data_wait, comm_wait; NULL is NaN
//   checkpoint    (run, path) -> step, kind ('last' 'best'), time: what the file holds now
//   event         the run's diary: time, kind, text
//   pending       how many bytes of each pending file are merged already; see pending_file.h
//
// The tables with a natural key are WITHOUT ROWID: their rows lie in the order that they are read
// in, and there is no second index to write. Integers take 1 to 8 bytes, as large as they are, so a
// row of `step` takes 50 to 65 bytes.
#include "tracking/schema.h"

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include <array>

#include "framework/core/error.h"

namespace ag::tracking {
namespace {

constexpr std::array<std::string_view, 1> kMigrations = {R"sql(
CREATE TABLE run (
  key INTEGER PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  experiment TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  created REAL NOT NULL,
  ended REAL,
  heartbeat REAL NOT NULL,
  host TEXT NOT NULL,
  process TEXT NOT NULL,
  ranks INTEGER NOT NULL,
  program_version TEXT NOT NULL,
  dataset_hash TEXT NOT NULL,
  config TEXT NOT NULL,
  total_epochs INTEGER NOT NULL,
  steps_per_epoch INTEGER NOT NULL,
  resumed_from TEXT NOT NULL DEFAULT ''
);
CREATE INDEX run_by_experiment ON run (experiment, created);

CREATE TABLE param (
  run INTEGER NOT NULL REFERENCES run (key),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (run, name)
) WITHOUT ROWID;

CREATE TABLE metric_name (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE metric (
  run INTEGER NOT NULL REFERENCES run (key),
  name INTEGER NOT NULL REFERENCES metric_name (key),
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  value REAL,
  time REAL NOT NULL,
  PRIMARY KEY (run, name, step)
) WITHOUT ROWID;

CREATE TABLE step (
  run INTEGER NOT NULL REFERENCES run (key),
  step INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  loss REAL,
  lr REAL,
  seconds REAL,
  data_wait REAL,
  comm_wait REAL,
  PRIMARY KEY (run, step)
) WITHOUT ROWID;

CREATE TABLE checkpoint (
  run INTEGER NOT NULL REFERENCES run (key),
  path TEXT NOT NULL,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL,
  time REAL NOT NULL,
  PRIMARY KEY (run, path)
) WITHOUT ROWID;

CREATE TABLE event (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES run (key),
  time REAL NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX event_by_run ON event (run, time);

CREATE TABLE pending (
  file TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL
) WITHOUT ROWID;
)sql"};

int pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

bool has_no_tables(SQLite::Database& database) {
  return database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
}

// The version of the database, 0 for an empty one.
std::size_t checked_version(SQLite::Database& database, const std::string& path,
                            std::size_t newest) {
  const auto version = static_cast<std::size_t>(pragma(database, "user_version"));
  const bool ours = pragma(database, "application_id") == kApplicationId;
  if (!ours && (version != 0 || !has_no_tables(database))) {
    throw usage_error(path, "is an SQLite file, but no tracking database", "name another file");
  }
  if (version > newest) {
    throw usage_error(path,
                      fmt::format("was written by a newer agtrain (schema {}, this one knows {})",
                                  version, newest),
                      "use that version, or name another file");
  }
  return version;
}

// The same while another process may be making the database: all that is asked is of one moment.
std::size_t version_at_a_moment(SQLite::Database& database, const std::string& path,
                                std::size_t newest) {
  SQLite::Transaction moment(database);
  const std::size_t version = checked_version(database, path, newest);
  moment.commit();
  return version;
}

}  // namespace

std::span<const std::string_view> migrations() {
  return kMigrations;
}

void migrate(SQLite::Database& database, const std::string& path,
             std::span<const std::string_view> steps) {
  if (version_at_a_moment(database, path, steps.size()) == steps.size()) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  // Asked again, as another process may have been faster.
  for (std::size_t version = checked_version(database, path, steps.size()); version < steps.size();
       ++version) {
    database.exec(std::string(steps[version]));
  }
  database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  database.exec(fmt::format("PRAGMA user_version = {}", steps.size()));
  transaction.commit();
}

void require_current(SQLite::Database& database, const std::string& path) {
  const std::size_t newest = migrations().size();
  const std::size_t version = version_at_a_moment(database, path, newest);
  if (version == newest) return;
  const std::string what =
      version == 0 ? "is empty" : fmt::format("has the old schema {}", version);
  throw usage_error(path, what, "make it writable, so that it can be brought up to date");
}

}  // namespace ag::tracking
