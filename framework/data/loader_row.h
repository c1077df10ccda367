// Makes one row of a batch: a sample's picture decoded, resized, augmented and scaled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "framework/data/augment.h"
#include "framework/data/dataset.h"
#include "framework/data/jpeg.h"
#include "framework/data/loader_cache.h"
#include "framework/data/network_input.h"
#include "framework/data/picture.h"

namespace ag::data {

// What every row of a loader has in common.
struct RowSource {
  const Dataset& dataset;
  Split split;
  int size;                              // of the network's input, pixels
  std::optional<AugmentConfig> augment;  // nothing: pictures as they are
  std::uint64_t seed;
  PictureCache& cache;
};

// Keeps decoder, weights and scratch memory from row to row. One per thread.
class RowMaker {
 public:
  // `source` must outlive it.
  explicit RowMaker(const RowSource& source);

  // Writes [size, size, 3] floats to `row`; how the picture is augmented is a function of `epoch`
  // and `chance`. Throws Error when the picture isn't readable.
  Labels make(std::uint32_t epoch, std::uint32_t sample, std::uint32_t chance,
              std::span<float> row);

 private:
  KeptPicture fetch(std::uint32_t sample);
  void render(std::uint32_t sample, const SampleView& view, std::span<std::uint8_t> to);

  const RowSource& source_;
  JpegDecoder decoder_;
  NetworkInput input_;
  Picture decoded_;
  std::vector<std::uint8_t> resized_;  // [size, size, 3]
};

}  // namespace ag::data
