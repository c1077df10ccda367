// One shard, opened for reading.
#pragma once

#include <cstdint>
#include <filesystem>

#include "framework/data/dataset.h"
#include "framework/data/hdf5_file.h"
#include "framework/data/mapped_file.h"
#include "framework/data/shard_format.h"

namespace ag::data {

// Immutable; every method from any thread. HDF5 is used while opening alone: it tells where in the
// file each column lies, and from then on the file is read through a map. A shard that somebody
// rewrote with chunks, filters or other number types (h5repack) is read into memory whole instead.
class ShardReader {
 public:
  // Throws Error when the file is missing, cut, foreign, not committed, of another version or
  // encoding, or doesn't hold what `expected` says.
  ShardReader(const std::filesystem::path& folder, const ShardInfo& expected, Encoding encoding);

  std::uint32_t count() const { return count_; }
  bool mapped() const { return data_.mapped(); }  // false: its pictures lie in memory
  int width() const { return width_; }            // raw: of every picture, else 0
  int height() const { return height_; }
  Split split(std::uint32_t row) const { return static_cast<Split>(split_.values[row]); }

  // `row` is 0 to count() - 1. Throws Error, naming shard and row, when the picture's bytes don't
  // match their checksum.
  SampleView sample(std::uint32_t row) const;
  SampleLabels labels(std::uint32_t row) const;

 private:
  void load(const Hdf5File& file, Encoding encoding);
  void check_shapes(Encoding encoding) const;
  void check_values() const;
  ShardColumns columns() const;

  std::filesystem::path path_;
  MappedFile file_;
  std::uint32_t count_ = 0;
  int width_ = 0;
  int height_ = 0;
  Hdf5Column<std::uint8_t> data_;
  Hdf5Column<std::uint64_t> offset_;
  Hdf5Column<std::uint64_t> checksum_;
  Hdf5Column<std::uint8_t> age_;
  Hdf5Column<std::uint8_t> gender_;
  Hdf5Column<std::uint32_t> identity_;
  Hdf5Column<std::uint8_t> split_;
  Hdf5Column<std::uint32_t> source_;
};

}  // namespace ag::data
