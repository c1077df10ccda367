// Whether what is told with some certainty is as certain.
#include <gmock/gmock.h>

#include "launch/evaluation_report/age_curve.h"
#include "launch/evaluation_report/gender_calibration.h"
#include "launch/evaluation_report/interval.h"
#include "tests/unit/evaluation_report/answers_for_tests.h"

namespace ag::evaluation {
namespace {

// Of a male person.
Answer told_male(double probability) {
  return answer(30, 1, {30, probability});
}

// Newcombe, "Two-sided confidence intervals for the single proportion" (Statistics in Medicine,
// 1998), table I, method 3.
TEST(Interval, is_that_of_newcombes_table) {
  const auto expect = [](std::size_t right, std::size_t count, double low, double high) {
    const Interval interval = wilson_interval(right, count);
    EXPECT_NEAR(interval.low, low, 5e-5);
    EXPECT_NEAR(interval.high, high, 5e-5);
  };
  expect(81, 263, 0.2553, 0.3662);
  expect(15, 148, 0.0624, 0.1605);
  expect(0, 20, 0, 0.1611);
  expect(1, 29, 0.0061, 0.1718);
}

TEST(Interval, of_all_and_of_none_ends_at_1_and_0) {
  EXPECT_LE(wilson_interval(7, 7).high, 1);
  EXPECT_NEAR(wilson_interval(7, 7).high, 1, kTolerance);
  EXPECT_GE(wilson_interval(0, 7).low, 0);
}

// Four told 0.95 of which three are right, two told 0.6 of which one is.
TEST(GenderCalibration, is_the_mean_gap_between_sure_and_right) {
  const std::vector<Answer> answers = {told_male(0.95), told_male(0.95), told_male(0.95),
                                       told_male(0.05), told_male(0.6),  told_male(0.4)};
  const GenderCalibration calibration = gender_calibration(answers);
  EXPECT_NEAR(calibration.ece, (4 * (0.95 - 0.75) + 2 * (0.6 - 0.5)) / 6, kTolerance);
  EXPECT_NEAR(calibration.brier, (3 * 0.05 * 0.05 + 0.95 * 0.95 + 0.4 * 0.4 + 0.6 * 0.6) / 6,
              kTolerance);
}

TEST(GenderCalibration, bins_hold_their_upper_end_and_the_first_one_half) {
  const std::vector<Answer> answers = {told_male(0.5), told_male(0.55), told_male(0.551),
                                       told_male(0.6), told_male(0.4),  told_male(0.95),
                                       told_male(1.0), told_male(0.0)};
  const GenderCalibration calibration = gender_calibration(answers);
  const auto count = [&](std::size_t bin) { return calibration.bins[bin].count; };
  EXPECT_EQ(count(0), 2u) << "0.5 and 0.55";
  EXPECT_EQ(count(1), 3u) << "0.551, 0.6, and 0.6 of being female";
  EXPECT_EQ(count(2), 0u);
  EXPECT_EQ(count(8), 1u) << "0.95";
  EXPECT_EQ(count(9), 2u);
  EXPECT_EQ(calibration.bins[0].from, 0.5);
  EXPECT_EQ(calibration.bins[1].to, 0.6);
  EXPECT_EQ(calibration.bins[9].to, 1.0);
  EXPECT_NEAR(calibration.bins[1].confidence, (0.551 + 0.6 + 0.6) / 3, kTolerance);
  EXPECT_NEAR(calibration.bins[1].accuracy, 2 / 3.0, kTolerance);
  EXPECT_EQ(calibration.bins[9].accuracy, 0.5);
  EXPECT_EQ(calibration.bins[2].accuracy, 0) << "nothing is in it";
}

TEST(GenderCalibration, of_coins_called_coins_is_perfect_though_they_tell_nothing) {
  const std::vector<Answer> answers = {answer(30, 0, {30, 0.5}), told_male(0.5)};
  EXPECT_EQ(gender_calibration(answers).ece, 0);
  EXPECT_EQ(gender_calibration(answers).brier, 0.25);
}

TEST(AgeCurve, has_a_step_for_each_five_years_that_anybody_is_of) {
  const std::vector<Answer> answers = {answer(4, 0, {10, 0}), answer(0, 0, {0, 0}),
                                       answer(5, 0, {7, 0}), answer(95, 0, {80, 0}),
                                       answer(100, 0, {90, 0})};
  const std::vector<AgeStep> steps = age_curve(answers);
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].first, 0);
  EXPECT_EQ(steps[0].last, 4);
  EXPECT_EQ(steps[0].count, 2u);
  EXPECT_EQ(steps[0].age, 2);
  EXPECT_EQ(steps[0].told, 5);
  EXPECT_NEAR(steps[0].low, 1, kTolerance);
  EXPECT_NEAR(steps[0].high, 9, kTolerance);
  EXPECT_EQ(steps[1].first, 5);
  EXPECT_EQ(steps[2].first, 95);
  EXPECT_EQ(steps[2].last, 100) << "a hundred is no step by itself";
  EXPECT_EQ(steps[2].age, 97.5);
}

}  // namespace
}  // namespace ag::evaluation
