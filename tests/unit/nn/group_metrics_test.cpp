#include "framework/nn/group_metrics.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "framework/core/age_bands.h"

namespace ag::nn {
namespace {

TEST(GroupSums, there_is_room_for_each_band) {
  EXPECT_EQ(group_bands().count(), GroupSums::kBands);
}

TEST(GroupSums, put_each_counted_picture_into_its_group) {
  // Ages told directly, in years; gender logits that say female, male, male, male.
  const Prediction told = {at::tensor({12.0, 30.0, 71.0, 50.0}, at::kDouble).view({4, 1}),
                           at::tensor({2.0, 1.0, 0.0, 1.0, 0.0, 3.0, 0.0, 1.0}).view({4, 2})};
  const at::Tensor age = at::tensor({10, 33, 75, 1}, at::kLong);
  const at::Tensor gender = at::tensor({0, 0, 1, 1}, at::kLong);
  const GroupSums sums = group_sums(told, age, gender, 3);  // the fourth is fill-up

  EXPECT_EQ(sums.at(0, 2, GroupSums::kCount), 1);  // female, 10-19
  EXPECT_EQ(sums.at(0, 2, GroupSums::kAgeError), 2);
  EXPECT_EQ(sums.at(0, 2, GroupSums::kAgeBias), 2);
  EXPECT_EQ(sums.at(0, 2, GroupSums::kGenderRight), 1);
  EXPECT_EQ(sums.at(0, 4, GroupSums::kAgeBias), -3);  // female, 30-39, told as male
  EXPECT_EQ(sums.at(0, 4, GroupSums::kGenderRight), 0);
  EXPECT_EQ(sums.at(1, 8, GroupSums::kAgeError), 4);  // male, 70+
  EXPECT_EQ(sums.at(1, 8, GroupSums::kGenderRight), 1);
  EXPECT_EQ(sums.at(1, 0, GroupSums::kCount), 0);
}

TEST(GroupSums, add_up) {
  GroupSums sums;
  GroupSums more;
  more.values.fill(2);
  sums += more;
  sums += more;
  EXPECT_EQ(sums.values.front(), 4);
  EXPECT_EQ(sums.values.back(), 4);
}

}  // namespace
}  // namespace ag::nn
