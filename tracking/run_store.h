// Writes runs into an open database. Whoever calls holds the transaction; whatever fails throws
// SQLite::Exception, and the store is not to be used after that. One thread.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <map>
#include <string>

#include "tracking/row.h"

namespace ag::tracking {

// What names a run wherever its rows go, and what its row is made of.
struct RunHead {
  std::string token;  // see run_id.h
  std::string id;     // the one in use, or the one to try first; "": the store chooses
  double created = 0;
  std::string process;  // see process.h
  RunStart start;
};

class RunStore {
 public:
  explicit RunStore(SQLite::Database& database);

  // Throws usage_error when the run that `head` goes on with still runs in another process of this
  // machine.
  void require_ended(const RunHead& head);

  // Opens the run for a process that begins: a new row, or the row of start.resumed_run, whose rows
  // after start.resumed_step are deleted. Sets the head's token and id to the row's. A run to go on
  // with that this database doesn't have becomes a new one under its old id. Returns its key.
  std::int64_t begin(RunHead& head);

  // The key of a run that has begun; makes its row where the database doesn't have it (yet, or no
  // longer).
  std::int64_t ensure(RunHead& head);

  // Adds a row, or replaces the one in its place.
  void write(std::int64_t run, const Row& row);

  // Says that the run's process lives.
  void beat(std::int64_t run, double time);

  // How many bytes of the pending file of that name were merged.
  std::int64_t merged_bytes(const std::string& file);
  void set_merged_bytes(const std::string& file, std::int64_t bytes);

 private:
  std::int64_t insert(RunHead& head);
  void reopen(std::int64_t run, const RunHead& head);
  void write_params(std::int64_t run, const RunStart& start);
  std::int64_t metric_key(const std::string& name);

  void write_one(std::int64_t run, const StepRow& row);
  void write_one(std::int64_t run, const MetricEntry& entry);
  void write_one(std::int64_t run, const CheckpointEntry& entry);
  void write_one(std::int64_t run, const EventEntry& entry);
  void write_one(std::int64_t run, const EndEntry& entry);

  SQLite::Database& database_;
  SQLite::Statement insert_step_;
  SQLite::Statement insert_metric_;
  std::map<std::string, std::int64_t> metric_keys_;  // what insert_metric_ has seen of the names
};

}  // namespace ag::tracking
