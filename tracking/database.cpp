#include "tracking/database.h"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <thread>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "tracking/schema.h"

namespace ag::tracking {
namespace fs = std::filesystem;
namespace {

// statfs(2)'s numbers of file systems that several machines may have mounted, or whose mmap isn't
// shared memory.
constexpr std::array<std::uint32_t, 12> kSharedFileSystems = {
    0x00006969,  // NFS
    0x0BD00BD0,  // Lustre
    0x47504653,  // GPFS, Spectrum Scale
    0x19830326,  // BeeGFS
    0x00C36400,  // Ceph
    0x5346414F,  // AFS
    0xFF534D42,  // CIFS
    0xFE534D42,  // SMB 2 and 3
    0x65735546,  // FUSE: sshfs, GlusterFS, …
    0x01021997,  // 9P
    0x20030528,  // OrangeFS
    0xAAD7AAEA,  // PanFS
};

constexpr auto kJournalRetryPause = std::chrono::milliseconds(5);

// Going over to another journal needs the file for oneself, and SQLite doesn't wait for that by
// itself. Who can't get over to WAL in time does without; who can't leave it fails, as shared
// memory between machines is none.
std::string set_journal(SQLite::Database& database, std::string_view mode,
                        std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string now = database.execAndGet("PRAGMA journal_mode").getString();
  while (now != mode) {
    try {
      return database.execAndGet(fmt::format("PRAGMA journal_mode = {}", mode)).getString();
    } catch (const SQLite::Exception& failure) {
      if (failure.getErrorCode() != SQLITE_BUSY) throw;
      const bool late = std::chrono::steady_clock::now() > deadline;
      if (late && mode == "wal") return now;
      if (late) throw;
    }
    std::this_thread::sleep_for(kJournalRetryPause);
    now = database.execAndGet("PRAGMA journal_mode").getString();
  }
  return now;
}

// Under WAL a commit outlives the death of the process without a sync; a power cut may take the
// last transactions, and leaves the rest whole. A rollback journal has to be synced for that.
void choose_journal(SQLite::Database& database, const fs::path& path,
                    std::chrono::milliseconds patience) {
  const bool wal = journal_for(folder_of(path)) == Journal::kWal;
  const std::string got = set_journal(database, wal ? "wal" : "delete", patience);
  database.exec(got == "wal" ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

[[noreturn]] void throw_foreign(const fs::path& path) {
  throw usage_error(path, "is no tracking database", "name another file");
}

// Whoever makes the file (OPEN_CREATE) chooses its journal; readers leave it as it is.
SQLite::Database open_writable(const fs::path& path, int flags,
                               std::chrono::milliseconds patience) {
  SQLite::Database database(path, flags, static_cast<int>(patience.count()));
  try {
    if ((flags & SQLite::OPEN_CREATE) != 0) choose_journal(database, path, patience);
    migrate(database, path);
  } catch (const SQLite::Exception& failure) {
    if (failure.getErrorCode() == SQLITE_NOTADB) throw_foreign(path);
    throw;
  }
  return database;
}

// An address that lets SQLite read a WAL database in a folder where it can't make its shared
// memory: nobody else can be writing there.
std::string immutable_uri(const fs::path& path) {
  std::string escaped;
  for (const char c : fs::absolute(path).string()) {
    const bool special = c == '%' || c == '?' || c == '#';
    escaped += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return "file:" + escaped + "?immutable=1";
}

SQLite::Database open_read_only(const fs::path& path) {
  const int patience = static_cast<int>(kBusyPatience.count());
  try {
    SQLite::Database database(path, SQLite::OPEN_READONLY, patience);
    require_current(database, path);
    return database;
  } catch (const SQLite::Exception& failure) {
    if (failure.getErrorCode() == SQLITE_NOTADB) throw_foreign(path);
    if (failure.getErrorCode() != SQLITE_CANTOPEN && failure.getErrorCode() != SQLITE_READONLY) {
      throw;
    }
  }
  SQLite::Database database(immutable_uri(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI,
                            patience);
  require_current(database, path);
  return database;
}

}  // namespace

Journal journal_for(const fs::path& folder) {
  struct statfs about {};
  if (::statfs(folder.c_str(), &about) != 0) return Journal::kRollback;
  const auto type = static_cast<std::uint32_t>(about.f_type);
  return std::ranges::find(kSharedFileSystems, type) == kSharedFileSystems.end()
             ? Journal::kWal
             : Journal::kRollback;
}

SQLite::Database open_for_writing(const fs::path& path, std::chrono::milliseconds patience) {
  make_folder(folder_of(path));
  return open_writable(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, patience);
}

ReadableDatabase open_for_reading(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw usage_error(path, "no tracking database here",
                      "train something first (mpirun -np 2 agtrain EXPERIMENT.yaml), or name one "
                      "with --db or AG_TRACKING_DB");
  }
  if (!fs::is_regular_file(path, ignored)) throw_foreign(path);
  const bool writable =
      ::access(path.c_str(), W_OK) == 0 && ::access(folder_of(path).c_str(), W_OK) == 0;
  if (!writable) return {open_read_only(path), false};
  return {open_writable(path, SQLite::OPEN_READWRITE, kBusyPatience), true};
}

bool has_moved(SQLite::Database& database) {
  int moved = 0;
  const int answer =
      sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return answer == SQLITE_OK && moved != 0;
}

}  // namespace ag::tracking
