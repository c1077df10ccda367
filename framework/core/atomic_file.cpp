#include "framework/core/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "framework/core/descriptor.h"
#include "framework/core/error.h"

namespace ag {
namespace fs = std::filesystem;
namespace {

constexpr mode_t kOwnerMayWrite = 0644;

void sync(const fs::path& path, int flags) {
  const Descriptor file = open_or_throw(path, flags);
  // Some file systems can't sync a folder (EINVAL); that is no failure of ours.
  if (::fsync(file.get()) != 0 && errno != EINVAL) throw system_error("sync", path);
}

void write_all(const Descriptor& file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw system_error("write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (!failure) return;
  errno = failure.value();
  throw system_error("make this folder", folder);
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
  make_folder(folder_of(path_));
  temporary_ = folder_of(path_) /
               fmt::format(".{}.{}.tmp", path_.filename().string(), static_cast<int>(::getpid()));
}

AtomicFile::~AtomicFile() {
  if (committed_) return;
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void AtomicFile::commit() {
  sync(temporary_, O_RDONLY);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw system_error("rename to", path_);
  committed_ = true;
  sync(folder_of(path_), O_RDONLY | O_DIRECTORY);
}

void write_file_atomically(const fs::path& path, std::span<const std::string_view> parts) {
  AtomicFile file(path);
  {
    const Descriptor out =
        open_or_throw(file.temporary(), O_WRONLY | O_CREAT | O_TRUNC, kOwnerMayWrite);
    for (const std::string_view part : parts) write_all(out, part, path);
  }
  file.commit();
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  write_file_atomically(path, std::span(&content, 1));
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw system_error("read", path);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw system_error("read", path);
  return content;
}

}  // namespace ag
