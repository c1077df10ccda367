#include "framework/core/philox.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace ag {
namespace {

using Words = std::array<std::uint32_t, 4>;

// The known-answer vectors that Random123 ships for philox4x32 with 10 rounds (kat_vectors).
TEST(Philox, gives_the_published_words) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, another_seed_epoch_sample_or_purpose_is_another_stream) {
  const RandomKey key{7, 1, 2, Purpose::kAugment};
  std::set<Words> blocks = {philox(key, 0)};
  blocks.insert(philox({8, 1, 2, Purpose::kAugment}, 0));
  blocks.insert(philox({7, 2, 2, Purpose::kAugment}, 0));
  blocks.insert(philox({7, 1, 3, Purpose::kAugment}, 0));
  blocks.insert(philox({7, 1, 2, Purpose::kDropout}, 0));
  blocks.insert(philox(key, 1));
  EXPECT_EQ(blocks.size(), 6u);
}

TEST(RandomStream, two_readers_of_one_key_draw_the_same) {
  RandomStream first({3, 0, 9, Purpose::kAugment});
  RandomStream second({3, 0, 9, Purpose::kAugment});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first.normal(), second.normal());
}

TEST(RandomStream, below_is_even_over_its_range) {
  RandomStream stream({1, 0, 0, Purpose::kSplit});
  constexpr int kDraws = 60000;
  std::vector<int> counts(6);
  for (int i = 0; i < kDraws; ++i) ++counts[stream.below(6)];
  // Each count is binomial(60000, 1/6): mean 10,000, standard deviation 91. Five of them is one in
  // a million.
  for (const int count : counts) EXPECT_NEAR(count, 10000, 5 * 91);
}

TEST(RandomStream, normal_has_mean_zero_and_variance_one) {
  RandomStream stream({1, 0, 0, Purpose::kInit});
  constexpr int kDraws = 100000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0, 5 * 0.00316);      // standard error 1/sqrt(n)
  EXPECT_NEAR(squares / kDraws, 1, 5 * 0.00447);  // standard error sqrt(2/n)
}

}  // namespace
}  // namespace ag
