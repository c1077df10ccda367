#include "framework/nn/weights/zip_archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>

#include "framework/core/error.h"
#include "framework/nn/weights/damage.h"

namespace ag::weights {
namespace {

// Deflate packs at most 1032 bytes into one.
constexpr std::uint64_t kLargestExpansion = 1032;
constexpr std::uint64_t kMostMembers = 100'000;

struct MemberCloser {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};

}  // namespace

void ZipArchive::Closer::operator()(zip* archive) const {
  zip_discard(archive);
}

ZipArchive::ZipArchive(const std::filesystem::path& path) : path_(path) {
  int code = 0;
  archive_.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (archive_ == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw Error(path, "can't be read as a zip file: " + text, kMendDamage);
  }
  const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
  if (count < 0 || static_cast<std::uint64_t>(count) > kMostMembers) {
    throw Error(path, fmt::format("has {} members: no weights file", count));
  }
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0);
    names_.emplace_back(name == nullptr ? "" : name);
  }
}

bool ZipArchive::contains(std::string_view name) const {
  return std::ranges::find(names_, name) != names_.end();
}

std::vector<char> ZipArchive::read(const std::string& name) const {
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
  if (zip_stat(archive_.get(), name.c_str(), 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
    throw Error(path_, fmt::format("has no member '{}'", name), kMendDamage);
  }
  std::error_code ignored;
  const std::uint64_t file_bytes = std::filesystem::file_size(path_, ignored);
  if (stat.comp_size > file_bytes || stat.size / kLargestExpansion > stat.comp_size) {
    throw Error(path_, fmt::format("says that '{}' has {} bytes, which {} packed ones can't hold",
                                   name, stat.size, stat.comp_size));
  }
  std::vector<char> bytes(stat.size);
  const std::unique_ptr<zip_file_t, MemberCloser> member(
      zip_fopen(archive_.get(), name.c_str(), 0));
  std::uint64_t got = 0;
  while (member != nullptr && got < bytes.size()) {
    const zip_int64_t part = zip_fread(member.get(), bytes.data() + got, bytes.size() - got);
    if (part <= 0) break;
    got += static_cast<std::uint64_t>(part);
  }
  // The checksum is compared when reading comes to the end.
  char beyond = 0;
  if (member == nullptr || got != bytes.size() || zip_fread(member.get(), &beyond, 1) != 0) {
    throw Error(path_, fmt::format("'{}' is damaged", name), kMendDamage);
  }
  return bytes;
}

}  // namespace ag::weights
