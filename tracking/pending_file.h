// Rows that the database couldn't take, kept in a file beside it until it can.
//
// A run that can't write its database appends to `<database>.<run>.pending.jsonl` (and where that
// folder can't be written either, to one in the temporary folder). Whoever opens the database next,
// the run itself, another run or agtrack, merges it and removes it. The run holds a lock on its
// file (flock) as long as it appends, so that nobody merges half of it.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "framework/core/descriptor.h"
#include "tracking/pending_format.h"

namespace ag::tracking {

// Where a run's rows may wait: the best place first.
std::vector<std::filesystem::path> pending_places(const std::filesystem::path& database,
                                                  const std::string& run);
// Every pending file of that database that is there now, in the order to merge them in.
std::vector<std::filesystem::path> pending_files(const std::filesystem::path& database);

// An open, locked pending file. One thread. What fails throws Error, and leaves the file with whole
// lines alone.
class PendingFile {
 public:
  // Makes the file, with its title, or opens the one that is there, to go on with.
  explicit PendingFile(std::filesystem::path path);

  // The same for a file that is there; none when somebody else holds it, or it is gone or not ours.
  static std::optional<PendingFile> take(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  void append(const std::vector<PendingLine>& lines);
  std::string content() const;  // all whole lines
  void remove();

 private:
  PendingFile(std::filesystem::path path, Descriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  void start();

  std::filesystem::path path_;
  Descriptor file_;
  std::int64_t size_ = 0;  // bytes of whole lines
};

struct MergeReport {
  std::int64_t rows = 0;             // now in the database
  std::int64_t unreadable = 0;       // lines left out
  std::optional<RunHead> last_head;  // of the last run in the file, as the database has it
};

// Puts what the file holds into the database, once, however often it is called, and removes it.
// Throws SQLite::Exception when the database can't take it, and then nothing is changed.
MergeReport merge(SQLite::Database& database, PendingFile& file);

// The same for every file of the database that nobody holds.
MergeReport merge_pending(SQLite::Database& database, const std::filesystem::path& path);

}  // namespace ag::tracking
