// Means, deviations, the best, shades, and the values of parameters.
#include "launch/sweep_report/statistics.h"

#include <gmock/gmock.h>

#include <cmath>

#include "launch/sweep_report/levels.h"
#include "launch/sweep_report/metric_texts.h"
#include "tests/unit/sweep_report/results_for_tests.h"

namespace ag::sweep {
namespace {
using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::Optional;
using Values = std::vector<std::optional<double>>;

// 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares of the differences 9+1+1+1+0+0+4+16 = 32, over 7.
TEST(Estimate, is_the_mean_and_the_deviation_of_a_sample) {
  PointResult of;
  for (const double value : {2, 4, 4, 4, 5, 5, 7, 9}) of.trials.push_back(trial(value));
  const std::optional<Estimate> known = estimate(of, kMae);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->mean, 5);
  EXPECT_THAT(known->deviation, Optional(DoubleEq(std::sqrt(32.0 / 7))));
  EXPECT_EQ(known->lowest, 2);
  EXPECT_EQ(known->highest, 9);
  EXPECT_EQ(known->seeds, 8u);
}

TEST(Estimate, of_one_seed_has_no_deviation) {
  const std::optional<Estimate> known = estimate(point({"1"}, 7.5), kMae);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->mean, 7.5);
  EXPECT_FALSE(known->deviation);
}

TEST(Estimate, takes_only_trials_that_are_done) {
  PointResult of{.trials = {trial(6), trial(8), trial(100, TrialState::kPruned),
                            trial(100, TrialState::kRunning), trial(100, TrialState::kStopped),
                            trial(100, TrialState::kFailed), bare(TrialState::kWaiting)}};
  EXPECT_EQ(estimate(of, kMae)->mean, 7);
  EXPECT_EQ(estimate(of, kMae)->seeds, 2u);
  EXPECT_EQ(estimate(of, kMae, TrialState::kPruned)->mean, 100);
  EXPECT_FALSE(estimate(of, "val/loss")) << "a metric that nobody has";
  EXPECT_FALSE(estimate(PointResult{}, kMae));
}

TEST(Estimate, is_nan_where_a_seed_ended_in_nan) {
  const PointResult of{.trials = {trial(6), trial(kNan), trial(8)}};
  EXPECT_TRUE(std::isnan(estimate(of, kMae)->mean));
  EXPECT_EQ(estimate(of, kMae)->lowest, 6);
  EXPECT_EQ(estimate(of, kMae)->highest, 8);
}

TEST(BestPoint, is_the_lowest_or_the_highest_mean_and_never_nan) {
  Results results =
      sweep_of({"a"}, {point({"1"}, kNan), point({"2"}, 8), point({"3"}, 6), point({"4"}, 6)});
  results.points[1].trials.push_back(trial(3, TrialState::kPruned));
  EXPECT_THAT(best_point(results, kMae), Optional(2u)) << "the first of equals";
  results.lower_is_better = false;
  EXPECT_THAT(best_point(results, kMae), Optional(1u)) << "as the sweep says, not the name";
  EXPECT_EQ(best_point(results, "val/loss"), std::nullopt);
  EXPECT_EQ(best_point(sweep_of({"a"}, {}), kMae), std::nullopt);
}

TEST(Direction, is_the_sweeps_own_or_that_of_the_name) {
  Results results = sweep_of({}, {});
  results.metric = "val/score";
  EXPECT_TRUE(lower_is_better(results, "val/score"));
  EXPECT_TRUE(lower_is_better(results, kMae));
  EXPECT_FALSE(lower_is_better(results, "val/gender_accuracy"));
  EXPECT_FALSE(lower_is_better(results, "train/images_per_second"));
}

TEST(Ranked, puts_the_best_first_and_points_without_a_mean_last) {
  const Results results =
      sweep_of({"a"}, {{.values = {"0"}, .trials = {bare(TrialState::kWaiting)}},
                       point({"1"}, 8),
                       point({"2"}, kNan),
                       point({"3"}, 6)});
  EXPECT_THAT(ranked(results), ElementsAre(3u, 1u, 0u, 2u));
}

TEST(Badness, goes_from_the_best_to_the_worst) {
  EXPECT_THAT(badness(Values{6, 7, std::nullopt, 8}, true),
              ElementsAre(Optional(0.0), Optional(0.5), std::nullopt, Optional(1.0)));
  EXPECT_THAT(badness(Values{6, 7, 8}, false),
              ElementsAre(Optional(1.0), Optional(0.5), Optional(0.0)));
  EXPECT_THAT(badness(Values{3, 3}, true), ElementsAre(Optional(0.5), Optional(0.5)));
  EXPECT_THAT(badness(Values{}, true), ElementsAre());
  EXPECT_THAT(badness(Values{std::nullopt}, true), ElementsAre(std::nullopt));
}

// Quartiles of 1 2 3 4 100: 2 and 4; the fence is at 4 + 1.5 * 2 = 7. Far better values stay.
TEST(Badness, an_outlier_doesnt_press_the_others_together) {
  EXPECT_THAT(badness(Values{1, 2, 3, 4, 100}, true),
              ElementsAre(Optional(0.0), Optional(DoubleEq(1.0 / 3)), Optional(DoubleEq(2.0 / 3)),
                          Optional(1.0), Optional(1.0)));
  EXPECT_THAT(badness(Values{-100, 1, 2, 3, 4}, true)[4], Optional(1.0));
  EXPECT_THAT(badness(Values{-100, 1, 2, 3, 4}, true)[1], Optional(DoubleEq(101.0 / 104)));
}

TEST(Levels, are_numbers_that_rise_or_words_in_their_order) {
  const Results results = sweep_of({"lr", "model", "same"},
                                   {point({"0.1", "v2", "1"}, 1), point({"1e-3", "v1", "1"}, 1),
                                    point({"0.10", "v2", "1.0"}, 1)});
  const std::vector<Levels> all = all_levels(results);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0].numeric);
  EXPECT_THAT(all[0].values, ElementsAre("1e-3", "0.1")) << "0.10 is the same as 0.1";
  EXPECT_THAT(all[0].of_point, ElementsAre(1u, 0u, 1u));
  EXPECT_FALSE(all[1].numeric);
  EXPECT_THAT(all[1].values, ElementsAre("v2", "v1"));
  EXPECT_FALSE(all[2].varies());
  EXPECT_EQ(varying_levels(results).size(), 2u);
}

TEST(Levels, one_word_makes_all_of_them_words) {
  const Results results = sweep_of({"a"}, {point({"2"}, 1), point({"auto"}, 1), point({"1"}, 1)});
  EXPECT_FALSE(all_levels(results)[0].numeric);
  EXPECT_THAT(all_levels(results)[0].values, ElementsAre("2", "auto", "1"));
}

TEST(MetricTexts, share_their_decimals_and_say_why_there_is_no_number) {
  const Results results =
      sweep_of({"a"}, {{.values = {"1"}, .trials = {trial(6.5), trial(7.5)}},
                       point({"2"}, 10.125),
                       {.values = {"3"}, .trials = {trial(9, TrialState::kPruned)}},
                       {.values = {"4"}, .trials = {bare(TrialState::kFailed)}},
                       {.values = {"5"}, .trials = {bare(TrialState::kDone)}}});
  const std::vector<MetricText> texts = metric_texts(results, kMae);
  // The deviation of 6.5 and 7.5 is the root of 2 * 0.25 / 1.
  EXPECT_EQ(texts[0].joined(), "7.00 ± 0.71");
  EXPECT_TRUE(texts[0].best);
  EXPECT_EQ(texts[1].joined(), "10.12");
  EXPECT_EQ(texts[2].joined(), "(9.00)");
  EXPECT_FALSE(texts[2].is_number);
  EXPECT_EQ(texts[3].joined(), "failed");
  EXPECT_EQ(texts[4].joined(), "–");
}

TEST(MetricTexts, equals_are_all_best_but_not_where_nothing_is_worse) {
  const auto marks = [](const Results& results) {
    std::vector<bool> best;
    for (const MetricText& text : metric_texts(results, kMae)) best.push_back(text.best);
    return best;
  };
  EXPECT_THAT(marks(sweep_of({"a"}, {point({"1"}, 6), point({"2"}, 7), point({"3"}, 6)})),
              ElementsAre(true, false, true));
  EXPECT_THAT(marks(sweep_of({"a"}, {point({"1"}, 6), point({"2"}, 6)})),
              ElementsAre(false, false));
  EXPECT_THAT(marks(sweep_of({"a"}, {point({"1"}, 6)})), ElementsAre(false));
}

}  // namespace
}  // namespace ag::sweep
