#include "framework/data/sampler.h"

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
    throw Error("sampler", "position " + std::to_string(position) + " isn't below the count of " +
                               std::to_string(count) + " samples");
  }
  const int bits = std::max(static_cast<int>(std::bit_width(count - 1)), 2);
  const Halves halves{bits / 2, bits - bits / 2};
  std::uint32_t value = position;
  do {
    value = encrypt(shuffle, halves, value);
  } while (value >= count);
  return value;
}

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
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

BatchPlan BatchPlan::training(std::int64_t samples, std::int64_t global_batch, int rank,
                              int ranks) {
  return {samples, global_batch, rank, ranks, true};
}

BatchPlan BatchPlan::evaluation(std::int64_t samples, std::int64_t batch, int rank, int ranks) {
  return {samples, batch, rank, ranks, false};
}

BatchPlan::BatchPlan(std::int64_t samples, std::int64_t batch, int rank, int ranks, bool shared)
    : samples_(samples), batch_(batch), rank_(rank), ranks_(ranks), shared_(shared) {
  if (samples < 1 || batch < 1) {
    throw Error("sampler", "an epoch needs at least one sample and a batch of at least one");
  }
  if (rank < 0 || rank >= ranks) {
    throw Error("sampler", "rank " + std::to_string(rank) + " isn't one of " +
                               std::to_string(ranks) + " ranks");
  }
  batches_ = ceil_div(samples, batch);
  rows_ = shared ? ceil_div(batch, ranks) : batch;
}

std::int64_t BatchPlan::steps() const {
  return shared_ ? batches_ : ceil_div(batches_ - rank_, ranks_);
}

BatchRows BatchPlan::at(std::int64_t step) const {
  if (step < 0 || step >= steps()) {
    throw Error("sampler", "step " + std::to_string(step) + " isn't one of the epoch's " +
                               std::to_string(steps()));
  }
  BatchRows rows;
  rows.batch = shared_ ? step : step * ranks_ + rank_;
  const std::int64_t begin = rows.batch * batch_;
  rows.global_real = std::min(batch_, samples_ - begin);
  const std::int64_t skipped = shared_ ? std::min(rank_ * rows_, rows.global_real) : 0;
  rows.first = begin + skipped;
  rows.real = std::min(rows_, rows.global_real - skipped);
  return rows;
}

}  // namespace ag::data
