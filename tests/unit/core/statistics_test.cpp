#include "framework/core/statistics.h"

#include <gtest/gtest.h>

namespace ag {
namespace {

constexpr double kTolerance = 1e-12;

TEST(Quantile, lies_between_two_values_where_none_is_there) {
  EXPECT_EQ(quantile({3}, 0.1), 3);
  EXPECT_EQ(quantile({0, 10}, 0.1), 1);
  EXPECT_EQ(quantile({-1, 3}, 0.5), 1);
  EXPECT_NEAR(quantile({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 0.1), 2, kTolerance);
  EXPECT_NEAR(quantile({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 0.9), 10, kTolerance);
  EXPECT_EQ(quantile({1, 2}, 1), 2);
}

}  // namespace
}  // namespace ag
