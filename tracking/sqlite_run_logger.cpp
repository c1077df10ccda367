#include "tracking/sqlite_run_logger.h"

#include <fmt/format.h>
#include <pthread.h>

#include <csignal>
#include <mutex>
#include <system_error>
#include <utility>
#include <variant>

namespace ag::tracking {
namespace fs = std::filesystem;
namespace {

constexpr const char* kThreadName = "ag-tracker";  // 15 characters at most

// A thread started while this lives takes no signals: they are for the trainer's thread.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

SqliteRunLogger::SqliteRunLogger(fs::path database, LoggerOptions options)
    : options_(std::move(options)), sink_(std::move(database), options_.sink) {}

SqliteRunLogger::~SqliteRunLogger() {
  finish(RunStatus::kFailed, "ended by an error");
}

std::string SqliteRunLogger::start(const RunStart& run) {
  std::string id = sink_.begin(run);
  const SignalsBlocked blocked;
  thread_ = std::thread([this] { write_in_turn(); });
  pthread_setname_np(thread_.native_handle(), kThreadName);
  return id;
}

void SqliteRunLogger::step(const StepRow& row) {
  push(row);
}

void SqliteRunLogger::metrics(std::span<const MetricRow> rows) {
  const double time = now_seconds();
  for (const MetricRow& row : rows) push(MetricEntry{row, time});
  hurry();
}

void SqliteRunLogger::settle() {
  if (!thread_.joinable()) return;
  hurry();
  std::unique_lock lock(mutex_);
  settled_.wait_for(lock, options_.longest_settling,
                    [this] { return ended_ || (queue_.empty() && !writing_); });
}

void SqliteRunLogger::hurry() {
  {
    const std::lock_guard lock(mutex_);
    in_a_hurry_ = true;
  }
  wake_.notify_one();
}

void SqliteRunLogger::checkpoint(const fs::path& path, std::int64_t step, const std::string& kind) {
  std::error_code failure;  // where the working folder is gone
  const fs::path whole = fs::absolute(path, failure);
  push(CheckpointEntry{failure ? path : whole, step, kind, now_seconds()});
}

void SqliteRunLogger::finish(RunStatus status, const std::string& reason) {
  if (!thread_.joinable()) return;  // start() was refused: there is no run to end
  push(EndEntry{status, reason, now_seconds()});
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  if (!failure_.empty()) sink_.warn("tracking ended before the run did: " + failure_);
}

void SqliteRunLogger::push(Row row) {
  bool enough = false;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= options_.queue_rows && std::holds_alternative<StepRow>(row)) {
      ++left_out_;
      return;
    }
    queue_.push_back(std::move(row));
    enough = queue_.size() == options_.flush_rows;
  }
  if (enough) wake_.notify_one();
}

// Waits for a pause, or until there are enough rows, and swaps them into `rows`; none when it
// passed without. False when told to stop.
bool SqliteRunLogger::wait_for_rows(std::vector<Row>& rows) {
  rows.clear();  // and keeps its memory: the two buffers go round
  std::unique_lock lock(mutex_);
  writing_ = false;
  settled_.notify_all();
  wake_.wait_for(lock, options_.flush_pause, [this] {
    return stopping_ || in_a_hurry_ || queue_.size() >= options_.flush_rows;
  });
  in_a_hurry_ = false;
  if (left_out_ > 0) {
    const std::string text =
        fmt::format("{} rows of steps are missing: the file system didn't answer", left_out_);
    queue_.emplace_back(EventEntry{"note", text, now_seconds()});
    left_out_ = 0;
  }
  rows.swap(queue_);
  writing_ = !rows.empty();
  return !stopping_;
}

// The thread.
void SqliteRunLogger::write_in_turn() {
  try {
    write_queue();
  } catch (const std::exception& failure) {
    failure_ = failure.what();
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  settled_.notify_all();
}

// Writes what is queued, and a heartbeat now and then, until told to stop.
void SqliteRunLogger::write_queue() {
  auto next_beat = std::chrono::steady_clock::now() + options_.heartbeat_pause;
  std::vector<Row> rows;
  bool more = true;
  while (more) {
    more = wait_for_rows(rows);
    if (!rows.empty()) sink_.write(rows);
    if (std::chrono::steady_clock::now() < next_beat) continue;
    sink_.beat();
    next_beat = std::chrono::steady_clock::now() + options_.heartbeat_pause;
  }
  sink_.settle();
}

}  // namespace ag::tracking
