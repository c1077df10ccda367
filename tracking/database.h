// How a tracking database is opened: which journal it has, how long a writer waits for another.
//
// Any number of processes may have one database open; a writer that finds it taken waits. Throws
// usage_error for a file that is no tracking database or is newer than this program, and
// SQLite::Exception or Error for a file that can't be read or written.
#pragma once

#include <SQLiteCpp/Database.h>

#include <chrono>
#include <filesystem>

namespace ag::tracking {

// kWal: readers and the writer don't wait for each other, and a commit costs no sync; needs shared
// memory, hence one machine and a local disk. kRollback: works wherever locks do.
enum class Journal { kWal, kRollback };

// By the file system that `folder` lies on: kRollback on NFS, Lustre and their like.
Journal journal_for(const std::filesystem::path& folder);

// How long a statement waits for another process's lock before it fails.
inline constexpr std::chrono::milliseconds kBusyPatience{5000};

// For a run: makes folder and file where they aren't there and brings the schema up to date.
SQLite::Database open_for_writing(const std::filesystem::path& path,
                                  std::chrono::milliseconds patience = kBusyPatience);

struct ReadableDatabase {
  SQLite::Database database;
  bool writable = false;  // else opened for reading alone
};

// For agtrack: an existing file, brought up to date where it may be written. Never makes one:
// throws usage_error that says where a database would come from.
ReadableDatabase open_for_reading(const std::filesystem::path& path);

// True when the file behind the connection was deleted or renamed: what is written into it now, no
// one will find.
bool has_moved(SQLite::Database& database);

}  // namespace ag::tracking
