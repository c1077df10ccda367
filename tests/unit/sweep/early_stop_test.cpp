#include "launch/sweep/early_stop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace ag::sweep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const EarlyTerminateConfig kAsha = {.type = "asha", .min_epochs = 2, .factor = 3};
const EarlyTerminateConfig kMedian = {.type = "median", .min_epochs = 2, .min_trials = 3};

bool behind_at_two(const EarlyTerminateConfig& config, double own,
                   const std::vector<double>& others, bool lower_is_better = true) {
  std::vector<History> histories;
  for (const double value : others) histories.push_back({{2, value}});
  std::vector<const History*> pointers;
  for (const History& history : histories) pointers.push_back(&history);
  return falls_behind(config, lower_is_better, 2, {{2, own}}, pointers);
}

TEST(JudgedEpochs, are_rungs_for_asha_and_every_epoch_for_the_median) {
  EXPECT_THAT(judged_epochs(kAsha, 20), ElementsAre(2, 6, 18));
  EXPECT_THAT(judged_epochs(kAsha, 18), ElementsAre(2, 6));
  EXPECT_THAT(judged_epochs(kMedian, 5), ElementsAre(2, 3, 4));
  EXPECT_THAT(judged_epochs({}, 20), IsEmpty());
}

TEST(Asha, lets_the_first_pass_and_then_the_best_third) {
  EXPECT_FALSE(behind_at_two(kAsha, 9, {}));
  EXPECT_TRUE(behind_at_two(kAsha, 9, {8}));
  EXPECT_FALSE(behind_at_two(kAsha, 7, {8}));
  EXPECT_TRUE(behind_at_two(kAsha, 3, {1, 2, 4, 5}));     // one of five passes
  EXPECT_TRUE(behind_at_two(kAsha, 3, {1, 2, 4, 5, 6}));  // two of six
  EXPECT_FALSE(behind_at_two(kAsha, 2, {1, 3, 4, 5, 6}));
}

TEST(Asha, knows_which_way_a_metric_improves) {
  EXPECT_TRUE(behind_at_two(kAsha, 0.7, {0.8}, /*lower_is_better=*/false));
  EXPECT_FALSE(behind_at_two(kAsha, 0.9, {0.8}, /*lower_is_better=*/false));
}

TEST(Asha, compares_with_those_alone_that_have_come_as_far) {
  const History shorter = {{1, 0.0}};
  EXPECT_FALSE(falls_behind(kAsha, true, 2, {{1, 5}, {2, 5}}, {&shorter}));
}

TEST(Asha, takes_the_next_epoch_that_was_validated) {
  const History other = {{3, 4.0}};
  EXPECT_TRUE(falls_behind(kAsha, true, 2, {{3, 5}}, {&other}));
  EXPECT_FALSE(falls_behind(kAsha, true, 2, {{3, 3}}, {&other}));
}

TEST(Asha, stops_what_is_not_a_number_even_the_first) {
  EXPECT_TRUE(behind_at_two(kAsha, kNaN, {}));
  EXPECT_FALSE(behind_at_two(kAsha, 5, {kNaN, kNaN}));
}

TEST(Median, waits_for_others_and_compares_with_their_means) {
  EXPECT_FALSE(behind_at_two(kMedian, 9, {1, 2}));
  EXPECT_TRUE(behind_at_two(kMedian, 9, {1, 2, 3}));
  EXPECT_FALSE(behind_at_two(kMedian, 1.5, {1, 2, 3}));
  const History falling = {{1, 10}, {2, 2}};  // its mean is 6
  const std::vector<const History*> three = {&falling, &falling, &falling};
  EXPECT_FALSE(falls_behind(kMedian, true, 2, {{2, 5}}, three));
  EXPECT_TRUE(falls_behind(kMedian, true, 2, {{2, 7}}, three));
  EXPECT_FALSE(falls_behind(kMedian, true, 2, {{1, 5}, {2, 7}}, three));  // its best counts
}

}  // namespace
}  // namespace ag::sweep
