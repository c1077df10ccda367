#include "tracking/run_sink.h"

#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "framework/core/error.h"
#include "tracking/process.h"
#include "tracking/run_id.h"

namespace ag::tracking {
namespace fs = std::filesystem;

RunSink::RunSink(fs::path database, SinkOptions options)
    : path_(std::move(database)), options_(std::move(options)) {}

RunSink::~RunSink() = default;

std::string RunSink::begin(const RunStart& start) {
  head_ = {random_token(), "", now_seconds(), process_identity(), start};
  try {
    open();
    return head_.id;
  } catch (const SQLite::Exception& failure) {
    lose(failure.what());
  } catch (const Error& failure) {
    if (failure.code() == ExitCode::kUsage) throw;
    lose(failure.what());
  }
  head_.id = start.resumed_run.value_or(head_.token.substr(0, kUncheckedIdDigits));
  spill(0);
  return head_.id;
}

// Opens the database, merges what waits for it, this run's rows first, and finds or makes the row
// of the run.
void RunSink::open() {
  auto database = std::make_unique<SQLite::Database>(open_for_writing(path_, options_.patience));
  if (pending_) {
    const MergeReport report = merge(*database, *pending_);
    pending_.reset();
    if (report.last_head) head_ = *report.last_head;
  }
  merge_pending(*database, path_);
  auto store = std::make_unique<RunStore>(*database);
  SQLite::Transaction transaction(*database, SQLite::TransactionBehavior::IMMEDIATE);
  if (!begun_) store->require_ended(head_);
  run_ = begun_ ? store->ensure(head_) : store->begin(head_);
  transaction.commit();
  begun_ = true;
  database_ = std::move(database);
  store_ = std::move(store);
}

void RunSink::write(std::span<const Row> rows) {
  if (store_) {
    try {
      write_to_database(rows);
      return;
    } catch (const SQLite::Exception& failure) {
      lose(failure.what());
    } catch (const Error& failure) {
      lose(failure.what());
    }
  }
  hold(rows);
  if (Clock::now() >= next_try_ && recover()) return;
  spill(0);
}

void RunSink::write_to_database(std::span<const Row> rows) {
  if (has_moved(*database_)) throw Error("", "the file was removed or renamed");
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  for (const Row& row : rows) store_->write(run_, row);
  transaction.commit();
}

void RunSink::beat() {
  if (!store_) return;
  try {
    store_->beat(run_, now_seconds());
  } catch (const SQLite::Exception& failure) {
    lose(failure.what());
  }
}

void RunSink::settle() {
  if (!store_ && !recover() && !spill(0)) spill(1);
  if (store_) return;
  warn(held_.empty()
           ? fmt::format("{}: the run's rows wait in {}; the next agtrack or agtrain that "
                         "can write the database puts them into it",
                         path_.string(), pending_->path().string())
           : fmt::format("{}: {} rows of the run could be written nowhere and are lost",
                         path_.string(), held_.size()));
}

void RunSink::lose(const std::string& why) {
  store_.reset();
  database_.reset();
  loss_ = why;
  loss_told_ = false;
  pause_ = options_.first_retry;
  next_try_ = Clock::now() + pause_;
}

// Gets the lost database back, with all that was kept meanwhile; false when it can't be yet.
bool RunSink::recover() {
  try {
    open();
    note_dropped();
    write_to_database(held_);
  } catch (const std::runtime_error&) {  // SQLite's and ours

    store_.reset();
    database_.reset();
    pause_ = std::min(2 * pause_, options_.last_retry);
    next_try_ = Clock::now() + pause_;
    return false;
  }
  held_.clear();
  warn(path_.string() + ": can be written again, and has what was kept meanwhile");
  return true;
}

void RunSink::note_dropped() {
  if (dropped_ == 0) return;
  const std::string text = fmt::format(
      "{} rows of steps are missing: neither the database nor a file beside it could be written",
      dropped_);
  held_.emplace_back(EventEntry{"note", text, now_seconds()});
  dropped_ = 0;
}

void RunSink::hold(std::span<const Row> rows) {
  held_.insert(held_.end(), rows.begin(), rows.end());
  if (held_.size() <= options_.held_rows) return;
  std::size_t surplus = held_.size() - options_.held_rows;
  const std::size_t erased = std::erase_if(held_, [&surplus](const Row& row) {
    const bool goes = surplus > 0 && std::holds_alternative<StepRow>(row);
    surplus -= goes ? 1 : 0;
    return goes;
  });
  dropped_ += static_cast<std::int64_t>(erased);
}

// Moves what is held in memory to a pending file, at the first place from `first_place` on that can
// be written; false when none can.
bool RunSink::spill(std::size_t first_place) {
  try {
    if (!pending_ || first_place > 0) open_pending(first_place);
    if (!held_.empty()) pending_->append({held_.begin(), held_.end()});
    held_.clear();
    tell_loss(pending_->path());
    return true;
  } catch (const Error&) {
    tell_loss("memory");
    return false;
  }
}

void RunSink::open_pending(std::size_t first_place) {
  const std::vector<fs::path> places = pending_places(path_, head_.id);
  for (std::size_t place = first_place; place < places.size(); ++place) {
    try {
      PendingFile file(places[place]);
      file.append({PendingHead{head_, !begun_}});
      pending_.emplace(std::move(file));
      begun_ = true;
      return;
    } catch (const Error&) {
      if (place + 1 == places.size()) throw;
    }
  }
  throw Error(path_, "no place for a pending file");
}

void RunSink::tell_loss(const std::string& place) {
  if (loss_told_) return;
  loss_told_ = true;
  warn(fmt::format("{}: {}; training goes on, what it logs waits in {}", path_.string(), loss_,
                   place));
}

void RunSink::warn(const std::string& text) const {
  if (options_.warn) {
    options_.warn(text);
  } else {
    spdlog::warn(text);
  }
}

}  // namespace ag::tracking
