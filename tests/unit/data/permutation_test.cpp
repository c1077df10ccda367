#include "framework/data/permutation.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "framework/core/error.h"

namespace ag::data {
namespace {

std::vector<std::uint32_t> order(std::uint64_t seed, std::uint32_t epoch, std::uint32_t count) {
  std::vector<std::uint32_t> samples;
  for (std::uint32_t p = 0; p < count; ++p) samples.push_back(permute(seed, epoch, p, count));
  return samples;
}

TEST(Permutation, permute_is_a_bijection_for_any_count) {
  std::vector<std::uint32_t> counts(300);
  std::iota(counts.begin(), counts.end(), 1u);
  counts.insert(counts.end(), {1023, 1024, 1025, 3573, 65537});
  for (const std::uint32_t count : counts) {
    const std::vector<std::uint32_t> samples = order(5, 2, count);
    const std::set<std::uint32_t> distinct(samples.begin(), samples.end());
    ASSERT_EQ(distinct.size(), count);
    ASSERT_EQ(*distinct.rbegin(), count - 1);
  }
}

TEST(Permutation, permute_takes_counts_up_to_the_widest) {
  constexpr std::uint32_t kWidest = 4294967295u;
  std::set<std::uint32_t> distinct;
  for (std::uint32_t p = 0; p < 1000; ++p) distinct.insert(permute(1, 0, kWidest - 1 - p, kWidest));
  EXPECT_EQ(distinct.size(), 1000u);
}

TEST(Permutation, permute_rejects_a_position_outside) {
  EXPECT_THROW(permute(1, 0, 5, 5), Error);
  EXPECT_THROW(permute(1, 0, 0, 0), Error);
}

TEST(Permutation, another_seed_or_epoch_is_another_order) {
  const std::set<std::vector<std::uint32_t>> orders = {order(1, 0, 100), order(1, 1, 100),
                                                       order(2, 0, 100), order(1ull << 32, 0, 100)};
  EXPECT_EQ(orders.size(), 4u);
}

TEST(Permutation, all_orders_of_five_are_equally_likely) {
  constexpr int kEpochs = 120000;
  std::map<std::vector<std::uint32_t>, int> counts;
  for (std::uint32_t epoch = 0; epoch < kEpochs; ++epoch) ++counts[order(3, epoch, 5)];
  ASSERT_EQ(counts.size(), 120u);
  double chi_square = 0;
  for (const auto& [samples, count] : counts) {
    chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
  }
  // 119 degrees of freedom: mean 119, standard deviation sqrt(238) = 15.4. Five of them.
  EXPECT_LT(chi_square, 119 + 5 * 15.4);
}

TEST(Permutation, neighbours_in_the_order_are_no_neighbours_in_the_data_set) {
  constexpr std::uint32_t kCount = 20000;
  const std::vector<std::uint32_t> samples = order(1, 0, kCount);
  int rising = 0;
  int adjacent = 0;
  for (std::size_t i = 1; i < kCount; ++i) {
    rising += samples[i] > samples[i - 1];
    adjacent += samples[i] == samples[i - 1] + 1;
  }
  // Of a random order, rises have mean (n - 1) / 2 and variance (n + 1) / 12; the pairs (k, k + 1)
  // that stay together are about Poisson with mean 1.
  EXPECT_NEAR(rising, 9999.5, 5 * 41);
  EXPECT_LE(adjacent, 8);
}

}  // namespace
}  // namespace ag::data
