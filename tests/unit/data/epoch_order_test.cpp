#include "framework/data/epoch_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "framework/core/error.h"
#include "framework/data/permutation.h"

namespace ag::data {
namespace {

constexpr std::uint64_t kSeed = 9;

// 3 children, 8 teenagers, 89 adults, nobody of 65 or more: 100 in all, mixed in the data set.
std::vector<std::uint8_t> ages() {
  std::vector<std::uint8_t> ages;
  for (int i = 0; i < 100; ++i) {
    const int age = i % 34 == 0 ? 5 : i % 12 == 1 ? 15 : 30;
    ages.push_back(static_cast<std::uint8_t>(age));
  }
  return ages;
}
const AgeBands kBands({13, 18, 65});

std::vector<Draw> epoch_of(const EpochOrder& order, std::uint32_t epoch) {
  std::vector<Draw> draws;
  for (std::uint32_t p = 0; p < order.count(); ++p) draws.push_back(order.at(epoch, p));
  return draws;
}

// Draws of each band in an epoch.
std::vector<int> shares(const std::vector<Draw>& draws) {
  const std::vector<std::uint8_t> of = ages();
  std::vector<int> counts(kBands.count());
  for (const Draw& draw : draws) ++counts[kBands.of(of[draw.sample])];
  return counts;
}

TEST(EpochOrder, shuffled_is_permute) {
  const EpochOrder order = EpochOrder::shuffled(kSeed, 30);
  for (std::uint32_t p = 0; p < 30; ++p) {
    EXPECT_EQ(order.at(4, p), (Draw{permute(kSeed, 4, p, 30), 0}));
  }
}

TEST(EpochOrder, balanced_gives_every_band_that_has_samples_the_same_share_of_an_epoch) {
  const EpochOrder order = EpochOrder::balanced(kSeed, ages(), kBands);
  EXPECT_EQ(order.count(), 100u);
  for (const std::uint32_t epoch : {0u, 1u, 57u}) {
    const std::vector<int> counts = shares(epoch_of(order, epoch));
    EXPECT_EQ(counts[3], 0);
    EXPECT_EQ(counts[0] + counts[1] + counts[2], 100);
    for (const int count : {counts[0], counts[1], counts[2]}) {
      EXPECT_TRUE(count == 33 || count == 34) << count;
    }
  }
}

TEST(EpochOrder, balanced_sees_the_samples_of_a_band_equally_often_over_any_number_of_epochs) {
  const EpochOrder order = EpochOrder::balanced(kSeed, ages(), kBands);
  const std::vector<std::uint8_t> of = ages();
  std::vector<int> seen(of.size());
  for (std::uint32_t epoch = 0; epoch < 12; ++epoch) {
    for (const Draw& draw : epoch_of(order, epoch)) ++seen[draw.sample];
    std::map<std::size_t, std::set<int>> by_band;
    for (std::size_t i = 0; i < of.size(); ++i) by_band[kBands.of(of[i])].insert(seen[i]);
    for (const auto& [band, times] : by_band) {
      EXPECT_LE(*times.rbegin() - *times.begin(), 1) << "band " << band << ", epoch " << epoch;
    }
  }
  // 12 epochs of 33 or 34 draws: 132 to 136 times each of 3 children, 4 or 5 times each adult.
  EXPECT_GE(seen[0], 132);
  EXPECT_LE(seen[0], 136);
}

TEST(EpochOrder, balanced_tells_a_samples_draws_within_an_epoch_from_each_other) {
  const EpochOrder order = EpochOrder::balanced(kSeed, ages(), kBands);
  for (std::uint32_t epoch = 0; epoch < 5; ++epoch) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> distinct;
    for (const Draw& draw : epoch_of(order, epoch)) {
      EXPECT_TRUE(distinct.emplace(draw.sample, draw.repetition).second);
    }
  }
}

TEST(EpochOrder, balanced_mixes_the_bands) {
  const EpochOrder order = EpochOrder::balanced(kSeed, ages(), kBands);
  std::vector<Draw> draws = epoch_of(order, 3);
  // Each third holds draws of all three bands: some 11 each.
  for (std::size_t third = 0; third < 3; ++third) {
    const auto begin = draws.begin() + static_cast<std::ptrdiff_t>(33 * third);
    const std::vector<int> counts = shares({begin, begin + 33});
    EXPECT_GE(*std::min_element(counts.begin(), counts.begin() + 3), 3);
  }
}

TEST(EpochOrder, balanced_is_another_order_with_another_seed_or_epoch) {
  const EpochOrder order = EpochOrder::balanced(kSeed, ages(), kBands);
  const EpochOrder other = EpochOrder::balanced(kSeed + 1, ages(), kBands);
  EXPECT_EQ(epoch_of(order, 1), epoch_of(EpochOrder::balanced(kSeed, ages(), kBands), 1));
  EXPECT_NE(epoch_of(order, 1), epoch_of(order, 2));
  EXPECT_NE(epoch_of(order, 1), epoch_of(other, 1));
}

TEST(EpochOrder, balanced_over_one_band_sees_every_sample_once) {
  std::vector<std::uint32_t> samples;
  for (const Draw& draw : epoch_of(EpochOrder::balanced(kSeed, ages(), AgeBands({})), 6)) {
    samples.push_back(draw.sample);
    EXPECT_EQ(draw.repetition, 0u);
  }
  std::sort(samples.begin(), samples.end());
  for (std::uint32_t i = 0; i < samples.size(); ++i) EXPECT_EQ(samples[i], i);
}

TEST(EpochOrder, with_fewer_samples_than_bands_takes_each_in_turn) {
  const std::vector<std::uint8_t> two = {5, 30};
  const EpochOrder order = EpochOrder::balanced(kSeed, two, kBands);
  const std::vector<Draw> draws = epoch_of(order, 0);
  EXPECT_NE(draws[0].sample, draws[1].sample);
  EXPECT_THROW(order.at(0, 2), Error);
}

}  // namespace
}  // namespace ag::data
