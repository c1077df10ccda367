// Files that appear whole or not at all.
//
// An AtomicFile is written under a temporary name beside its final one, synced, and renamed by
// commit(). Without commit() nothing is left behind. After commit() the file survives a power cut:
// the folder is synced too.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace ag {

class AtomicFile {
 public:
  // Makes the folder of `path` where it isn't there. Throws Error when it can't be made.
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();  // removes the temporary file unless committed
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Where to write: any library may create and fill this file (HDF5 does).
  const std::filesystem::path& temporary() const { return temporary_; }

  // Syncs the temporary file, renames it to its final name and syncs the folder. Throws Error (disk
  // full, …) and then leaves no file.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

// Writes `parts`, one after the other, as the whole of `path`. Throws Error.
void write_file_atomically(const std::filesystem::path& path,
                           std::span<const std::string_view> parts);
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

// Makes a folder, and those that it lies in, where they aren't there. Throws Error where it can't.
void make_folder(const std::filesystem::path& folder);

// The folder that `path` lies in; "." where it names none.
std::filesystem::path folder_of(const std::filesystem::path& path);

// The whole of a file. Throws Error when it can't be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace ag
