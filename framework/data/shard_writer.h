// Gathers one shard in memory and writes it as an HDF5 file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "framework/data/dataset.h"

namespace ag::data {

// One thread.
class ShardWriter {
 public:
  // `width` and `height` are those of every picture when raw, else not looked at.
  ShardWriter(Encoding encoding, int width, int height);

  void add(std::span<const std::byte> picture, const SampleLabels& labels);
  std::uint32_t count() const { return static_cast<std::uint32_t>(age_.size()); }
  std::uint64_t picture_bytes() const { return data_.size(); }

  // Writes what was added as `path`, whole or not at all, and forgets it. At least one sample.
  // Throws Error.
  ShardInfo write(const std::filesystem::path& path);

 private:
  Encoding encoding_;
  int width_;
  int height_;
  std::vector<std::byte> data_;
  std::vector<std::uint64_t> offset_{0};
  std::vector<std::uint64_t> checksum_;
  std::vector<std::uint8_t> age_;
  std::vector<std::uint8_t> gender_;
  std::vector<std::uint32_t> identity_;
  std::vector<std::uint8_t> split_;
  std::vector<std::uint32_t> source_;
};

}  // namespace ag::data
