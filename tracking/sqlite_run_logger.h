// The RunLogger that writes into a tracking database.
//
// The trainer's calls put rows into a queue; a thread of its own, "ag-tracker", writes them in
// transactions of half a second or 512 rows, whichever comes first, and says every ten seconds that
// the run lives. When the database can't be written, training goes on and the rows wait in a
// pending file (run_sink.h).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "framework/core/run_logger.h"
#include "tracking/run_sink.h"

namespace ag::tracking {

struct LoggerOptions {
  std::chrono::milliseconds flush_pause{500};  // an epoch's metrics don't wait for it
  std::size_t flush_rows = 512;
  // Rows that may wait while the file system doesn't answer; further rows of steps are then left
  // out, counted and noted in the run's diary. Metrics, checkpoints and the end never are.
  std::size_t queue_rows = 65'536;
  std::chrono::milliseconds heartbeat_pause{10'000};
  std::chrono::milliseconds longest_settling{1'000};  // it takes a millisecond or two
  SinkOptions sink;
};

class SqliteRunLogger final : public RunLogger {
 public:
  explicit SqliteRunLogger(std::filesystem::path database, LoggerOptions options = {});
  // Ends a run that finish() didn't end as failed.
  ~SqliteRunLogger() override;
  SqliteRunLogger(const SqliteRunLogger&) = delete;
  SqliteRunLogger& operator=(const SqliteRunLogger&) = delete;

  // Opens the database in the caller's thread: waits for other writers for a few seconds at most.
  // Throws usage_error for a file that is no tracking database or newer than this program, and for
  // a run to go on with that another process of this machine still runs.
  std::string start(const RunStart& run) override;
  // These but settle() only queue: a microsecond or two (tests/bench/tracking).
  void step(const StepRow& row) override;
  void metrics(std::span<const MetricRow> rows) override;
  void settle() override;
  void checkpoint(const std::filesystem::path& path, std::int64_t step,
                  const std::string& kind) override;
  // Returns when everything is written, in the database or in a pending file: a few seconds when
  // the database is locked, for as long as the file system doesn't answer when it hangs.
  void finish(RunStatus status, const std::string& reason) override;

 private:
  void push(Row row);
  void write_in_turn();
  void write_queue();
  void hurry();
  bool wait_for_rows(std::vector<Row>& rows);

  LoggerOptions options_;
  RunSink sink_;  // of the caller until the thread starts and after it ended

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable settled_;
  std::vector<Row> queue_;     // guarded by mutex_
  std::int64_t left_out_ = 0;  // guarded by mutex_
  bool stopping_ = false;      // guarded by mutex_
  bool in_a_hurry_ = false;    // guarded by mutex_: what is in the queue isn't to wait
  bool writing_ = false;       // guarded by mutex_: rows that have left the queue
  bool ended_ = false;         // guarded by mutex_: nobody takes from the queue any more
  std::string failure_;        // what ended the thread early; read after it ended
  std::thread thread_;
};

}  // namespace ag::tracking
