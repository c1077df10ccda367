#include "tracking/pending_file.h"

#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/xxh3.h"
#include "tracking/run_id.h"
#include "tracking/run_store.h"

namespace ag::tracking {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kSuffix = ".pending.jsonl";
constexpr mode_t kOwnerMayReadAndWrite = 0600;
constexpr std::size_t kReadBytes = 1 << 16;
// Where a file system has no flock, a file untouched for that long belongs to nobody.
constexpr double kAbandonedSeconds = 60;

// In the temporary folder the database's whole path is in the name, as a hash.
std::string temporary_prefix(const fs::path& database) {
  const std::string whole = fs::absolute(database).lexically_normal();
  return fmt::format("agtrain-{}.", hex(xxh3(whole)));
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    const std::string name = at->path().filename();
    if (name.starts_with(prefix) && name.ends_with(kSuffix)) files.push_back(at->path());
  }
  std::ranges::sort(files);
  return files;
}

enum class Lock { kGot, kHeldByAnother };

Lock lock(int fd) {
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return Lock::kGot;
  if (errno == EWOULDBLOCK) return Lock::kHeldByAnother;
  struct stat about {};
  const bool abandoned = ::fstat(fd, &about) == 0 &&
                         now_seconds() - static_cast<double>(about.st_mtime) > kAbandonedSeconds;
  return abandoned || about.st_size == 0 ? Lock::kGot : Lock::kHeldByAnother;
}

// False when the file was removed or replaced between its opening and its locking.
bool still_there(int fd, const fs::path& path) {
  struct stat open_file {};
  struct stat named_file {};
  return ::fstat(fd, &open_file) == 0 && ::lstat(path.c_str(), &named_file) == 0 &&
         open_file.st_ino == named_file.st_ino && open_file.st_dev == named_file.st_dev;
}

bool owned_by_us(int fd) {
  struct stat about {};
  return ::fstat(fd, &about) == 0 && about.st_uid == ::geteuid();
}

// The file, opened with `flags` and locked; none, with errno set, where it can't be.
Descriptor open_locked(const fs::path& path, int flags) {
  while (true) {
    Descriptor file =
        open_file(path, flags | O_RDWR | O_APPEND | O_NOFOLLOW, kOwnerMayReadAndWrite);
    if (!file.valid()) return file;
    const bool ours = owned_by_us(file.get()) && lock(file.get()) == Lock::kGot;
    if (ours && still_there(file.get(), path)) return file;
    if (!ours) {
      errno = EWOULDBLOCK;
      return Descriptor();
    }
  }
}

std::string read_all(int fd, const fs::path& path) {
  std::string content;
  while (true) {
    const std::size_t before = content.size();
    content.resize(before + kReadBytes);
    const ssize_t got =
        ::pread(fd, content.data() + before, kReadBytes, static_cast<off_t>(before));
    if (got < 0 && errno != EINTR) throw system_error("read", path);
    content.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return content;
  }
}

// Puts the lines of one file into the database; see merge().
class Merger {
 public:
  explicit Merger(SQLite::Database& database) : store_(database) {}

  MergeReport run(std::string_view content) {
    std::size_t at = 0;
    while (at < content.size()) {
      const std::size_t end = content.find('\n', at);
      take(content.substr(at, end - at), static_cast<std::int64_t>(end + 1));
      at = end + 1;
    }
    if (report_.unreadable > 0 && run_ != 0) {
      const std::string text =
          fmt::format("{} pending rows could not be read and are left out", report_.unreadable);
      store_.write(run_, EventEntry{"note", text, now_seconds()});
    }
    if (!file_.empty()) store_.set_merged_bytes(file_, static_cast<std::int64_t>(content.size()));
    return report_;
  }

 private:
  // `end`: where in the file the line ends.
  void take(std::string_view text, std::int64_t end) {
    const std::optional<PendingLine> line = from_line(text);
    const bool merged_before = end <= merged_;
    if (!line) {
      report_.unreadable += merged_before ? 0 : 1;
    } else if (const auto* title = std::get_if<PendingTitle>(&*line)) {
      file_ = title->file;
      merged_ = store_.merged_bytes(file_);
    } else if (const auto* head = std::get_if<PendingHead>(&*line)) {
      RunHead run = head->head;
      run_ = head->begins && !merged_before ? store_.begin(run) : store_.ensure(run);
      report_.last_head = run;
    } else if (!merged_before && run_ != 0) {
      store_.write(run_, std::get<Row>(*line));
      ++report_.rows;
    }
  }

  RunStore store_;
  MergeReport report_;
  std::string file_;
  std::int64_t merged_ = 0;
  std::int64_t run_ = 0;
};

}  // namespace

std::vector<fs::path> pending_places(const fs::path& database, const std::string& run) {
  std::vector<fs::path> places = {
      fs::path(fmt::format("{}.{}{}", database.string(), run, kSuffix))};
  std::error_code failure;
  const fs::path temporary = fs::temp_directory_path(failure);
  if (!failure) {
    places.push_back(temporary / fmt::format("{}{}{}", temporary_prefix(database), run, kSuffix));
  }
  return places;
}

std::vector<fs::path> pending_files(const fs::path& database) {
  std::vector<fs::path> files = files_in(folder_of(database), database.filename().string() + ".");
  std::error_code failure;
  const fs::path temporary = fs::temp_directory_path(failure);
  if (!failure)
    std::ranges::copy(files_in(temporary, temporary_prefix(database)), std::back_inserter(files));
  return files;
}

PendingFile::PendingFile(fs::path path)
    : path_(std::move(path)), file_(open_locked(path_, O_CREAT)) {
  if (!file_.valid()) throw system_error("write", path_);
  start();
}

std::optional<PendingFile> PendingFile::take(const fs::path& path) {
  Descriptor opened = open_locked(path, 0);
  if (!opened.valid()) return std::nullopt;
  PendingFile file(path, std::move(opened));
  file.size_ = static_cast<std::int64_t>(file.content().size());
  return file;
}

// Finds the end of what is there already, and writes the title of a new file.
void PendingFile::start() {
  size_ = static_cast<std::int64_t>(content().size());
  if (size_ > 0) return;
  try {
    append({PendingTitle{random_token()}});
  } catch (const Error&) {
    ::unlink(path_.c_str());
    throw;
  }
}

void PendingFile::append(const std::vector<PendingLine>& lines) {
  std::string text;
  for (const PendingLine& line : lines) text += to_line(line);
  // What a killed process left of a line goes first, or the next one would hang on to it.
  if (::ftruncate(file_.get(), size_) != 0) throw system_error("write", path_);
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t written = ::write(file_.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const Error failure = system_error("write", path_);
      if (::ftruncate(file_.get(), size_) != 0) throw system_error("write", path_);
      throw failure;
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  size_ += static_cast<std::int64_t>(text.size());
}

std::string PendingFile::content() const {
  std::string all = read_all(file_.get(), path_);
  const std::size_t last = all.rfind('\n');
  all.resize(last == std::string::npos ? 0 : last + 1);
  return all;
}

void PendingFile::remove() {
  // One that can't be removed does no harm: the database knows that it is merged.
  ::unlink(path_.c_str());
}

MergeReport merge(SQLite::Database& database, PendingFile& file) {
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  MergeReport report = Merger(database).run(file.content());
  transaction.commit();
  // A file of which nothing could be told stays for a person to look at.
  if (report.last_head || report.unreadable == 0) file.remove();
  return report;
}

MergeReport merge_pending(SQLite::Database& database, const fs::path& path) {
  MergeReport all;
  for (const fs::path& name : pending_files(path)) {
    std::optional<PendingFile> file = PendingFile::take(name);
    if (!file) continue;
    const MergeReport report = merge(database, *file);
    all.rows += report.rows;
    all.unreadable += report.unreadable;
  }
  return all;
}

}  // namespace ag::tracking
