// Gets a run's rows into the database whatever happens to it: the database first, else a pending
// file, else memory until one of them works again.
//
// Blocks for as long as the database's patience at most, and a moment. One thread at a time.
#pragma once

#include <SQLiteCpp/Database.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tracking/database.h"
#include "tracking/pending_file.h"
#include "tracking/row.h"
#include "tracking/run_store.h"

namespace ag::tracking {

struct SinkOptions {
  std::chrono::milliseconds patience = kBusyPatience;  // with another process's lock
  // Between two tries to get a lost database back: doubles from the first to the last.
  std::chrono::milliseconds first_retry{1000};
  std::chrono::milliseconds last_retry{30000};
  std::size_t held_rows = 200'000;  // in memory, when no file can be written: then the oldest go
  std::function<void(const std::string&)> warn;  // one line for people; empty: spdlog's warning
};

class RunSink {
 public:
  RunSink(std::filesystem::path database, SinkOptions options);
  ~RunSink();

  // Opens the run and returns its id. Throws usage_error for a file that is no tracking database or
  // newer than this program: a mistake that is best heard of before training.
  std::string begin(const RunStart& start);

  // Takes the rows. Never throws for what the database or the disk does.
  void write(std::span<const Row> rows);
  // Says that the process lives; nothing while the database is lost.
  void beat();
  // The last try, whatever the pause between two is: for the end of a run.
  void settle();

  void warn(const std::string& text) const;

  bool writes_directly() const { return store_ != nullptr; }
  std::size_t held() const { return held_.size(); }

 private:
  using Clock = std::chrono::steady_clock;

  void open();
  void write_to_database(std::span<const Row> rows);
  void lose(const std::string& why);
  bool recover();
  void hold(std::span<const Row> rows);
  void note_dropped();
  bool spill(std::size_t first_place);
  void open_pending(std::size_t first_place);
  void tell_loss(const std::string& place);

  std::filesystem::path path_;
  SinkOptions options_;
  RunHead head_;
  bool begun_ = false;  // the database, or a pending file, knows of this start of the run
  std::int64_t run_ = 0;
  std::unique_ptr<SQLite::Database> database_;
  std::unique_ptr<RunStore> store_;  // none while the database is lost
  std::optional<PendingFile> pending_;
  std::vector<Row> held_;  // what neither the database nor a pending file has
  std::int64_t dropped_ = 0;
  std::string loss_;  // why the database is lost, as it was told
  bool loss_told_ = false;
  Clock::time_point next_try_;
  std::chrono::milliseconds pause_{0};
};

}  // namespace ag::tracking
