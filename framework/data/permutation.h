// The shuffled order of an epoch: pure functions of seed, epoch and position.
//
// Nothing has state, so the order is the same for any number of ranks and threads, and going on in
// the middle of an epoch needs its step alone.
#pragma once

#include <cstdint>

namespace ag::data {

// The sample at `position` of the shuffled order of `count` samples: for every seed and epoch a
// bijection of [0, count). Throws Error unless position < count.
//
// A Feistel network over the least power of two that holds `count`, with Philox as its round
// function, walked along its cycle until it falls below `count` (Black and Rogaway, "Ciphers with
// arbitrary finite domains", CT-RSA 2002; with Philox: Mitchell et al., "Bandwidth-optimal random
// shuffling for GPUs", ACM TOPC 2022).
std::uint32_t permute(std::uint64_t seed, std::uint32_t epoch, std::uint32_t position,
                      std::uint32_t count);

// The same for the samples of an age band in a round of their own: see EpochOrder::balanced.
std::uint32_t permute_band(std::uint64_t seed, std::uint32_t band, std::uint32_t round,
                           std::uint32_t position, std::uint32_t count);

}  // namespace ag::data
