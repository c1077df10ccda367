#include "framework/data/batch_plan.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <vector>

#include "framework/core/error.h"

namespace ag::data {
namespace {

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

TEST(BatchPlan, every_sample_once_per_epoch_for_any_number_of_ranks) {
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

TEST(BatchPlan, the_last_batch_counts_only_what_is_there) {
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

TEST(BatchPlan, evaluation_deals_whole_batches_in_order) {
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

TEST(BatchPlan, plans_that_make_no_sense_are_rejected) {
  EXPECT_THROW(BatchPlan::training(0, 4, 0, 1), Error);
  EXPECT_THROW(BatchPlan::training(10, 0, 0, 1), Error);
  EXPECT_THROW(BatchPlan::evaluation(10, 4, 2, 2), Error);
  EXPECT_THROW(BatchPlan::evaluation(10, 4, 0, 1).at(3), Error);
}

}  // namespace
}  // namespace ag::data
