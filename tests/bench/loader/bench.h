// What a picture costs on its way from a shard to a batch, in processor time: training shares its
// cores with the loader's threads.
#pragma once

#include <filesystem>

#include "framework/data/augment_config.h"
#include "framework/data/dataset.h"

namespace ag::bench {

// Every change that augmentation knows, at half its strength.
inline constexpr data::AugmentConfig kEveryChange{0.5, 0.5, 0.5, 0.5, 0.5, 0.5};

// Decoding, resizing and augmenting alone, of pictures of `dataset`.
void register_pieces(const data::Dataset& dataset);

// Whole batches of a Loader with one thread. `scratch` is a folder for a raw copy of `dataset`.
void register_batches(const data::Dataset& dataset, const std::filesystem::path& scratch);

}  // namespace ag::bench
