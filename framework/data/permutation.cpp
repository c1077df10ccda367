#include "framework/data/permutation.h"

#include <algorithm>
#include <bit>
#include <string>

#include "framework/core/error.h"
#include "framework/core/philox.h"

namespace ag::data {
namespace {

// Four suffice for wide sides (Luby and Rackoff); with sides of a bit or two it takes 24, as
// Mitchell et al. found, until all orders are equally likely. Part of what a seed means: never
// change it.
constexpr std::uint32_t kRounds = 24;

struct Halves {
  int low_bits;
  int high_bits;
};

// Which shuffle: what its round functions are keyed by. Those of `first_round` apart by kRounds or
// more have nothing in common.
struct Shuffle {
  std::uint64_t seed;
  std::uint32_t epoch;
  Purpose purpose;
  std::uint32_t first_round;
};

// Encrypts `value` of low_bits + high_bits bits: each round XORs one side with a function of the
// other.
std::uint32_t encrypt(const Shuffle& shuffle, Halves halves, std::uint32_t value) {
  const std::uint32_t low_mask = (1u << halves.low_bits) - 1;
  const std::uint32_t high_mask = (1u << halves.high_bits) - 1;
  const auto bits = [&shuffle](std::uint32_t side, std::uint32_t round) {
    return philox({shuffle.seed, shuffle.epoch, side, shuffle.purpose},
                  shuffle.first_round + round)[0];
  };
  std::uint32_t low = value & low_mask;
  std::uint32_t high = value >> halves.low_bits;
  for (std::uint32_t round = 0; round < kRounds; round += 2) {
    low ^= bits(high, round) & low_mask;
    high ^= bits(low, round + 1) & high_mask;
  }
  return (high << halves.low_bits) | low;
}

std::uint32_t shuffled(const Shuffle& shuffle, std::uint32_t position, std::uint32_t count) {
  if (position >= count) {
    throw Error("permutation", "position " + std::to_string(position) +
                                   " isn't below the count of " + std::to_string(count) +
                                   " samples");
  }
  const int bits = std::max(static_cast<int>(std::bit_width(count - 1)), 2);
  const Halves halves{bits / 2, bits - bits / 2};
  std::uint32_t value = position;
  do {
    value = encrypt(shuffle, halves, value);
  } while (value >= count);
  return value;
}

}  // namespace

std::uint32_t permute(std::uint64_t seed, std::uint32_t epoch, std::uint32_t position,
                      std::uint32_t count) {
  return shuffled({seed, epoch, Purpose::kShuffle, 0}, position, count);
}

std::uint32_t permute_band(std::uint64_t seed, std::uint32_t band, std::uint32_t round,
                           std::uint32_t position, std::uint32_t count) {
  return shuffled({seed, round, Purpose::kBandShuffle, band * kRounds}, position, count);
}

}  // namespace ag::data
