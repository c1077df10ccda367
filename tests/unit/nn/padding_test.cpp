#include "framework/nn/padding.h"

#include <gtest/gtest.h>

namespace ag::nn {
namespace {

void expect_margin(Margin actual, std::int64_t begin, std::int64_t end) {
  EXPECT_EQ(actual.begin, begin);
  EXPECT_EQ(actual.end, end);
}

// TensorFlow's rule: ceil(size / stride) outputs need (outputs - 1) * stride + kernel inputs.
TEST(Padding, same_pads_the_end_alone_at_even_sizes_and_both_sides_at_odd_ones) {
  expect_margin(margin(Padding::kSame, 224, 3, 2), 0, 1);  // 111 * 2 + 3 = 225
  expect_margin(margin(Padding::kSame, 65, 3, 2), 1, 1);   // 32 * 2 + 3 = 67
  expect_margin(margin(Padding::kSame, 7, 3, 1), 1, 1);
  expect_margin(margin(Padding::kSame, 7, 1, 1), 0, 0);
  expect_margin(margin(Padding::kSame, 8, 1, 2), 0, 0);  // 3 * 2 + 1 = 7: nothing to add
  EXPECT_EQ(output_size(Padding::kSame, 224, 3, 2), 112);
  EXPECT_EQ(output_size(Padding::kSame, 65, 3, 2), 33);
  EXPECT_EQ(output_size(Padding::kSame, 7, 3, 1), 7);
}

TEST(Padding, one_at_the_end_drops_the_last_of_an_odd_size) {
  expect_margin(margin(Padding::kOneAtEnd, 33, 3, 2), 0, 1);
  EXPECT_EQ(output_size(Padding::kOneAtEnd, 112, 3, 2), 56);
  EXPECT_EQ(output_size(Padding::kOneAtEnd, 33, 3, 2), 16);
}

}  // namespace
}  // namespace ag::nn
