#include "framework/data/shard_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/core/error.h"
#include "framework/data/picture.h"

namespace ag::data {
namespace fs = std::filesystem;
namespace {

constexpr char kRunAgain[] = "run agprep again with --overwrite";

fs::path existing(const fs::path& path) {
  if (!fs::exists(path)) {
    throw Error(path, "this shard of the data set is missing", kRunAgain);
  }
  return path;
}

// Opens a file that may be anything at all, with a message for what it most likely is.
Hdf5File open_hdf5(const fs::path& path, std::span<const std::byte> bytes, std::uint64_t expected) {
  try {
    return {path, bytes};
  } catch (const Error&) {
    if (bytes.size() >= expected) throw;
    throw Error(path, fmt::format("is cut short: {} of {} bytes are there", bytes.size(), expected),
                kRunAgain);
  }
}

void check_header(const Hdf5File& file, const fs::path& path, Encoding encoding) {
  if (file.text_attribute(kFormatAttribute) != kShardFormat) {
    throw Error(path, "is HDF5, but no shard of a data set", "make data sets with agprep");
  }
  const std::uint64_t version = file.number_attribute(kVersionAttribute).value_or(0);
  if (version != kShardVersion) {
    throw Error(path,
                fmt::format("is a shard of version {}, and this program reads version {}", version,
                            kShardVersion),
                kRunAgain);
  }
  if (file.number_attribute(kCommittedAttribute).value_or(0) != 1) {
    throw Error(path, "was never finished", kRunAgain);
  }
  if (file.text_attribute(kEncodingAttribute) != encoding_name(encoding)) {
    throw Error(path,
                fmt::format("doesn't hold {} pictures, as dataset.json says it does",
                            encoding_name(encoding)),
                kRunAgain);
  }
}

}  // namespace

ShardReader::ShardReader(const fs::path& folder, const ShardInfo& expected, Encoding encoding)
    : path_(folder / expected.name), file_(existing(path_)) {
  const Hdf5File file = open_hdf5(path_, file_.bytes(), expected.bytes);
  check_header(file, path_, encoding);
  load(file, encoding);
  // A repacked shard has another size and the same content.
  if (mapped() && file_.bytes().size() != expected.bytes) {
    throw Error(
        path_,
        fmt::format("has {} bytes, and dataset.json says {}", file_.bytes().size(), expected.bytes),
        kRunAgain);
  }
  check_shapes(encoding);
  if (count_ != expected.count || shard_hash(columns()) != expected.hash) {
    throw Error(path_, "its labels and checksums aren't those that dataset.json lists", kRunAgain);
  }
  check_values();
}

void ShardReader::load(const Hdf5File& file, Encoding encoding) {
  data_ = file.column<std::uint8_t>(kDataColumn);
  offset_ = file.column<std::uint64_t>(kOffsetColumn);
  checksum_ = file.column<std::uint64_t>(kChecksumColumn);
  age_ = file.column<std::uint8_t>(kAgeColumn);
  gender_ = file.column<std::uint8_t>(kGenderColumn);
  identity_ = file.column<std::uint32_t>(kIdentityColumn);
  split_ = file.column<std::uint8_t>(kSplitColumn);
  source_ = file.column<std::uint32_t>(kSourceColumn);
  count_ = static_cast<std::uint32_t>(age_.values.size());
  if (encoding == Encoding::kRaw && data_.shape.size() == 4) {
    height_ = static_cast<int>(data_.shape[1]);
    width_ = static_cast<int>(data_.shape[2]);
  }
}

void ShardReader::check_shapes(Encoding encoding) const {
  const std::size_t n = count_;
  const bool labels_fit = checksum_.values.size() == n && gender_.values.size() == n &&
                          identity_.values.size() == n && split_.values.size() == n &&
                          source_.values.size() == n && offset_.values.size() == n + 1;
  const auto& shape = data_.shape;
  const bool data_fits = encoding == Encoding::kJpeg
                             ? shape.size() == 1
                             : shape.size() == 4 && shape[0] == n && shape[3] == kChannels;
  if (n == 0 || !labels_fit || !data_fits) {
    throw Error(path_, "its data sets don't fit together in shape", kRunAgain);
  }
}

// What every reader relies on, whoever wrote the file.
void ShardReader::check_values() const {
  const auto below = [](std::span<const std::uint8_t> values, unsigned bound) {
    return std::all_of(values.begin(), values.end(), [bound](unsigned v) { return v < bound; });
  };
  const auto& offset = offset_.values;
  const bool offsets_fit = offset.front() == 0 && offset.back() == data_.values.size() &&
                           std::is_sorted(offset.begin(), offset.end());
  if (!offsets_fit || !below(age_.values, kMaxAge + 1) || !below(gender_.values, 2) ||
      !below(split_.values, kSplits)) {
    throw Error(path_, "holds an age, gender, split or offset out of range", kRunAgain);
  }
}

ShardColumns ShardReader::columns() const {
  return {offset_.values,   checksum_.values, age_.values,   gender_.values,
          identity_.values, split_.values,    source_.values};
}

SampleView ShardReader::sample(std::uint32_t row) const {
  const std::uint64_t begin = offset_.values[row];
  const auto picture = std::as_bytes(data_.values.subspan(begin, offset_.values[row + 1] - begin));
  if (picture_checksum(picture) != checksum_.values[row]) {
    throw Error(path_, fmt::format("row {} doesn't match its checksum: the file has changed", row),
                kRunAgain);
  }
  return {picture, labels(row), width_, height_};
}

SampleLabels ShardReader::labels(std::uint32_t row) const {
  return {age_.values[row], gender_.values[row], identity_.values[row], source_.values[row],
          split(row)};
}

}  // namespace ag::data
