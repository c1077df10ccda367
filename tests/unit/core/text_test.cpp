#include "framework/core/text.h"

#include <gtest/gtest.h>

#include <vector>

namespace ag {
namespace {

TEST(Text, numbers_have_commas_every_three_digits) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(4384039), "4,384,039");
  EXPECT_EQ(with_thousands(-1000), "-1,000");
}

TEST(Text, durations_are_minutes_or_hours) {
  EXPECT_EQ(short_duration(7.4), "0:07");
  EXPECT_EQ(short_duration(3600 + 2 * 60 + 3), "1:02:03");
  EXPECT_EQ(short_duration(1.0 / 0.0), "-:--");
}

TEST(Text, the_nearest_word_mends_a_slip_and_not_another_word) {
  const std::vector<std::string> keys = {"lr", "momentum", "nesterov", "weight_decay"};
  EXPECT_EQ(nearest_word("momentun", keys), "momentum");
  EXPECT_EQ(nearest_word("wieght_decay", keys), "weight_decay");
  EXPECT_EQ(nearest_word("temperature", keys), "");
}

}  // namespace
}  // namespace ag
