// Chance as a pure function: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1,
// 2, 3", SC 2011).
//
// Every draw of training is a function of (seed, epoch, sample, purpose, index). Nothing has state
// that outlives a call, so the draws don't depend on the number of ranks or threads, nor on where a
// run was resumed.
#pragma once

#include <array>
#include <cstdint>

namespace ag {

// What a draw is for. The values are part of what a seed means: never renumber, only add.
enum class Purpose : std::uint32_t {
  kShuffle = 1,
  kAugment = 2,
  kDropout = 3,
  kInit = 4,
  kSplit = 5,
  kSample = 6,  // agprep sample's synthetic faces
  kStochasticDepth = 7,
  kBandShuffle = 8,  // balanced sampling: the samples of an age band
  kSweep = 9,        // the points of a random sweep
  kForest = 10,      // the trees of a sweep's report
};

struct RandomKey {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::uint32_t sample = 0;
  Purpose purpose = Purpose::kShuffle;
};

// Four 32-bit words: block `index` of the stream that `key` names.
std::array<std::uint32_t, 4> philox(const RandomKey& key, std::uint32_t index);

// The raw function, for the published test vectors.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

// Maps 32 random bits to [0, 1), exactly, in steps of 2^-24.
inline float unit_float(std::uint32_t bits) {
  return static_cast<float>(bits >> 8) * 0x1p-24f;
}

// A local reader of one stream, for code that takes a varying number of draws. Make it, draw, drop
// it.
class RandomStream {
 public:
  explicit RandomStream(const RandomKey& key) : key_(key) {}

  std::uint32_t bits();                      // uniform over all 32-bit words
  std::uint32_t below(std::uint32_t bound);  // uniform over [0, bound), bound >= 1, without bias
  double uniform();                          // [0, 1), in steps of 2^-53
  double uniform(double low, double high);   // [low, high)
  double normal();                           // mean 0, standard deviation 1 (Box-Muller)
  bool chance(double probability);           // true with that probability

 private:
  RandomKey key_;
  std::array<std::uint32_t, 4> block_{};
  std::uint32_t next_block_ = 0;
  int left_ = 0;
};

}  // namespace ag
