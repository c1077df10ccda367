// Makes one row of a batch: a sample's picture decoded, resized, augmented and scaled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "framework/data/augment.h"
#include "framework/data/dataset.h"
#include "framework/data/jpeg.h"
#include "framework/data/network_input.h"
#include "framework/data/picture.h"
#include "framework/loader/picture_cache.h"

namespace ag::loader {

// What every row of a loader has in common.
struct RowSource {
  const data::Dataset& dataset;
  data::Split split;
  int size;                                    // of the network's input, pixels
  std::optional<data::AugmentConfig> augment;  // nothing: pictures as they are
  std::uint64_t seed;
  PictureCache& cache;
};

// Keeps decoder, weights and scratch memory from row to row. One per thread.
class RowMaker {
 public:
  // `source` must outlive it.
  explicit RowMaker(const RowSource& source);

  // Writes [size, size, 3] floats to `row`; how the picture is augmented is a function of `epoch`
  // and `chance`. Returns the sample's age and gender; its other labels aren't set. Throws Error
  // when the picture isn't readable.
  data::SampleLabels make(std::uint32_t epoch, std::uint32_t sample, std::uint32_t chance,
                          std::span<float> row);

 private:
  KeptPicture fetch(std::uint32_t sample);
  void render(std::uint32_t sample, const data::SampleView& view, std::span<std::uint8_t> to);

  const RowSource& source_;
  data::JpegDecoder decoder_;
  data::NetworkInput input_;
  data::Picture decoded_;
  std::vector<std::uint8_t> resized_;  // [size, size, 3]
};

}  // namespace ag::loader
