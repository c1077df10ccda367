#include "framework/data/sampler.h"

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

// The positions that all ranks together see in an epoch, batch by batch, rank by rank.
std::vector<std::int64_t> seen(std::int64_t samples, std::int64_t batch, int ranks) {
  std::vector<std::int64_t> positions;
  const std::int64_t steps = BatchPlan::training(samples, batch, 0, ranks).steps();
  for (std::int64_t step = 0; step < steps; ++step) {
    for (int rank = 0; rank < ranks; ++rank) {
      const BatchRows rows = BatchPlan::training(samples, batch, rank, ranks).at(step);
      for (std::int64_t row = 0; row < rows.real; ++row) positions.push_back(rows.first + row);
    }
  }
  return positions;
}

TEST(Sampler, permute_is_a_bijection_for_any_count) {
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

TEST(Sampler, permute_takes_counts_up_to_the_widest) {
  constexpr std::uint32_t kWidest = 4294967295u;
  std::set<std::uint32_t> distinct;
  for (std::uint32_t p = 0; p < 1000; ++p) distinct.insert(permute(1, 0, kWidest - 1 - p, kWidest));
  EXPECT_EQ(distinct.size(), 1000u);
}

TEST(Sampler, permute_rejects_a_position_outside) {
  EXPECT_THROW(permute(1, 0, 5, 5), Error);
  EXPECT_THROW(permute(1, 0, 0, 0), Error);
}

TEST(Sampler, another_seed_or_epoch_is_another_order) {
  const std::set<std::vector<std::uint32_t>> orders = {order(1, 0, 100), order(1, 1, 100),
                                                       order(2, 0, 100), order(1ull << 32, 0, 100)};
  EXPECT_EQ(orders.size(), 4u);
}

TEST(Sampler, all_orders_of_five_are_equally_likely) {
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

TEST(Sampler, neighbours_in_the_order_are_no_neighbours_in_the_data_set) {
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

TEST(Sampler, every_sample_once_per_epoch_for_any_number_of_ranks) {
  for (const std::int64_t samples : {1, 7, 64, 65, 1000}) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(samples));
    std::iota(all.begin(), all.end(), 0);
    for (const std::int64_t batch : {1, 3, 64, 100}) {
      for (const int ranks : {1, 2, 3, 4, 7, 8, 64, 101}) {
        ASSERT_EQ(seen(samples, batch, ranks), all)
            << samples << " samples, batch " << batch << ", " << ranks << " ranks";
      }
    }
  }
}

TEST(Sampler, the_last_batch_counts_only_what_is_there) {
  // 10 samples in batches of 4 over 3 ranks, so 2 rows a rank: 4 + 4 + 2.
  const BatchPlan first = BatchPlan::training(10, 4, 0, 3);
  const BatchPlan last = BatchPlan::training(10, 4, 2, 3);
  EXPECT_EQ(first.steps(), 3);
  EXPECT_EQ(first.rows(), 2);
  EXPECT_EQ(first.at(2).first, 8);
  EXPECT_EQ(first.at(2).real, 2);
  EXPECT_EQ(first.at(2).global_real, 2);
  EXPECT_EQ(last.at(0).real, 0);  // 2 + 2 fill the batch
  EXPECT_EQ(last.at(0).global_real, 4);
}

TEST(Sampler, evaluation_deals_whole_batches_in_order) {
  const std::int64_t samples = 23;
  const std::int64_t batch = 5;
  for (const int ranks : {1, 2, 3, 4, 5, 8}) {
    std::map<std::int64_t, BatchRows> batches;
    for (int rank = 0; rank < ranks; ++rank) {
      const BatchPlan plan = BatchPlan::evaluation(samples, batch, rank, ranks);
      EXPECT_EQ(plan.rows(), batch);
      for (std::int64_t step = 0; step < plan.steps(); ++step) {
        const BatchRows rows = plan.at(step);
        EXPECT_EQ(rows.batch % ranks, rank);
        EXPECT_TRUE(batches.emplace(rows.batch, rows).second);
      }
    }
    ASSERT_EQ(batches.size(), 5u);
    for (const auto& [number, rows] : batches) {
      EXPECT_EQ(rows.first, number * batch);
      EXPECT_EQ(rows.real, number == 4 ? 3 : 5);
      EXPECT_EQ(rows.global_real, rows.real);
    }
  }
}

TEST(Sampler, plans_that_make_no_sense_are_rejected) {
  EXPECT_THROW(BatchPlan::training(0, 4, 0, 1), Error);
  EXPECT_THROW(BatchPlan::training(10, 0, 0, 1), Error);
  EXPECT_THROW(BatchPlan::evaluation(10, 4, 2, 2), Error);
  EXPECT_THROW(BatchPlan::evaluation(10, 4, 0, 1).at(3), Error);
}

}  // namespace
}  // namespace ag::data
