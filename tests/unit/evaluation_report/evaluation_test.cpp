// What is computed from answers, with numbers from arithmetic by hand.
#include "launch/evaluation_report/evaluation.h"

#include <gmock/gmock.h>

#include <limits>

#include "framework/core/error.h"
#include "tests/unit/evaluation_report/answers_for_tests.h"

namespace ag::evaluation {
namespace {
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Evaluation, of_ages_counts_years_with_and_without_their_sign) {
  const Scores all = evaluate(four_answers()).all;
  EXPECT_EQ(all.count, 4u);
  EXPECT_NEAR(all.age_mae, (1 + 3 + 5 + 7) / 4.0, kTolerance);
  EXPECT_NEAR(all.age_bias, (1 - 3 + 5 - 7) / 4.0, kTolerance);
}

// Their squares around 4 are 9, 1, 1 and 9: 20 / 3 is the variance, a fourth of it the mean's.
TEST(Evaluation, of_ages_tells_how_sure_the_mean_error_is) {
  EXPECT_NEAR(evaluate(four_answers()).all.age_mae_margin.value(),
              1.959964 * std::sqrt(20.0 / 3 / 4), 1e-9);
  EXPECT_EQ(evaluate(std::vector{answer(10, 0, {11, 0.1})}).all.age_mae_margin, std::nullopt);
}

TEST(Evaluation, cumulative_scores_include_errors_of_just_so_many_years) {
  const Scores all = evaluate(four_answers()).all;
  EXPECT_EQ(all.age_cs1, 0.25);
  EXPECT_EQ(all.age_cs3, 0.5);
  EXPECT_EQ(all.age_cs5, 0.75);
}

TEST(Evaluation, an_age_is_named_right_by_the_likeliest_one) {
  std::vector<Answer> answers = four_answers();
  answers[3].named_age = 80;  // though its mean is 73
  EXPECT_EQ(evaluate(answers).all.age_accuracy, 0.25);
}

// 10 in 9-13, 30 in 30-40 and 80 in 68-80: an end belongs to the range. 12 isn't in 8-11.
TEST(Evaluation, coverage_counts_the_ends_and_only_answers_with_a_range) {
  std::vector<Answer> answers = four_answers();
  answers.push_back(answer(50, 0, {50, 0}));
  const Evaluation evaluation = evaluate(numbered(answers));
  EXPECT_NEAR(evaluation.all.age_coverage.value(), 3 / 4.0, kTolerance);
  EXPECT_NEAR(evaluation.all.age_range_years.value(), (4 + 3 + 10 + 12) / 4.0, kTolerance);
  EXPECT_EQ(evaluation.by_band[2].age_coverage.value(), 0.5) << "10 and 12";
  EXPECT_EQ(evaluation.by_band[6].age_coverage, std::nullopt) << "50";
}

TEST(Evaluation, of_a_gender_even_odds_tell_female) {
  EXPECT_EQ(told_gender(answer(10, 0, {10, 0.5})), 0);
  EXPECT_EQ(told_gender(answer(10, 0, {10, 0.51})), 1);
  EXPECT_EQ(evaluate(four_answers()).all.gender_accuracy, 0.75);
}

TEST(Evaluation, groups_add_up_to_all) {
  const Evaluation evaluation = evaluate(four_answers());
  EXPECT_EQ(evaluation.by_gender[0].age_mae, (1 + 5) / 2.0);
  EXPECT_EQ(evaluation.by_gender[1].age_bias, (-3 - 7) / 2.0);
  EXPECT_EQ(evaluation.by_gender[0].gender_accuracy, 0.5);
  ASSERT_EQ(evaluation.by_band.size(), 9u);
  EXPECT_EQ(evaluation.by_band[2].age_mae, (1 + 3) / 2.0) << "10-19";
  EXPECT_EQ(evaluation.by_band[8].age_bias, -7) << "70+";
  EXPECT_EQ(evaluation.by_gender_and_band[1][2].age_mae, 3) << "male, 10-19";
  EXPECT_EQ(evaluation.by_gender_and_band[1][4].count, 0u) << "male, 30-39";
  EXPECT_TRUE(std::isnan(evaluation.by_gender_and_band[1][4].age_mae));
  std::size_t count = 0;
  for (const auto& bands : evaluation.by_gender_and_band) {
    for (const Scores& scores : bands) count += scores.count;
  }
  EXPECT_EQ(count, 4u);
}

TEST(Evaluation, a_told_age_belongs_to_the_band_of_its_whole_years) {
  EXPECT_EQ(told_band(answer(20, 0, {19.4, 0})), 2u);
  EXPECT_EQ(told_band(answer(20, 0, {19.5, 0})), 3u);
  EXPECT_EQ(told_band(answer(20, 0, {-3.0, 0})), 0u) << "a head that tells years may tell any";
  EXPECT_EQ(told_band(answer(20, 0, {1e300, 0})), 8u);
}

TEST(Evaluation, confusions_are_true_by_told) {
  const Evaluation evaluation = evaluate(four_answers());
  EXPECT_EQ(evaluation.age_confusion[2][2], 1u) << "10, told 11";
  EXPECT_EQ(evaluation.age_confusion[2][1], 1u) << "12, told 9";
  EXPECT_EQ(evaluation.age_confusion[4][4], 1u);
  EXPECT_EQ(evaluation.age_confusion[8][8], 1u);
  EXPECT_THAT(evaluation.gender_confusion, ElementsAre(ElementsAre(1, 1), ElementsAre(0, 2)));
}

TEST(Evaluation, the_worst_come_first_and_equals_in_the_order_of_the_split) {
  std::vector<Answer> answers = four_answers();
  answers[0].told_age = 3;  // 7 years off, as the last is
  const Evaluation evaluation = evaluate(answers, 3);
  const auto indices = [](const std::vector<Answer>& of) {
    std::vector<std::int64_t> all;
    for (const Answer& one : of) all.push_back(one.index);
    return all;
  };
  EXPECT_THAT(indices(evaluation.worst_ages), ElementsAre(0, 3, 2));
  EXPECT_THAT(indices(evaluation.surest_wrong_genders), ElementsAre(2));
  answers[0].male = 0.9;
  answers[3].male = 0.05;  // the surest
  EXPECT_THAT(indices(evaluate(answers).surest_wrong_genders), ElementsAre(3, 0, 2));
  EXPECT_THAT(indices(evaluate(answers, 1).surest_wrong_genders), ElementsAre(3));
}

TEST(Evaluation, metrics_have_the_names_of_the_tracking_database) {
  const auto near = [](double value) { return DoubleNear(value, kTolerance); };
  EXPECT_THAT(
      named_metrics(evaluate(four_answers()), "val"),
      ElementsAre(Pair("val/age_mae", near(4)), Pair("val/age_cs1", near(0.25)),
                  Pair("val/age_cs3", near(0.5)), Pair("val/age_cs5", near(0.75)),
                  Pair("val/age_accuracy", near(0)), Pair("val/age_coverage80_error", near(0.05)),
                  Pair("val/age_range80", near(7.25)), Pair("val/gender_accuracy", near(0.75)),
                  // Told 0.9, 0.75 and 1.0, and 0.75 that is wrong: alone in their bins but for
                  // both of 0.75, of which half is right.
                  Pair("val/gender_ece", near((0.1 + 2 * 0.25 + 0) / 4)),
                  Pair("val/gender_brier", near((0.01 + 0.0625 + 0.5625 + 0) / 4))));
}

TEST(Evaluation, metrics_of_ranges_are_left_out_where_there_are_none) {
  const auto metrics = named_metrics(evaluate(std::vector{answer(10, 0, {11, 0.1})}), "test");
  EXPECT_EQ(metrics.size(), 8u);
  for (const auto& [name, value] : metrics) EXPECT_THAT(name, ::testing::Not(HasSubstr("80")));
}

TEST(Evaluation, of_no_pictures_is_refused) {
  EXPECT_THROW(evaluate({}), Error);
}

TEST(Evaluation, refuses_answers_that_are_none_and_says_which) {
  const Answer sound = ranged(answer(10, 0, {11, 0.1}), 9, 13);
  EXPECT_NO_THROW(check(sound));
  const auto fault = [&sound](auto&& spoil) -> std::string {
    Answer spoilt = sound;
    spoilt.index = 17;
    spoil(spoilt);
    try {
      evaluate(std::vector{sound, spoilt});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  for (const double number : {kNan, std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(fault([=](Answer& of) { of.told_age = number; }), HasSubstr("picture 17"));
    EXPECT_THAT(fault([=](Answer& of) { of.male = number; }), HasSubstr("probability"));
    EXPECT_THAT(fault([=](Answer& of) { of.high = number; }), HasSubstr("range"));
  }
  EXPECT_THAT(fault([](Answer& of) { of.age = 101; }), HasSubstr("true age"));
  EXPECT_THAT(fault([](Answer& of) { of.age = -1; }), HasSubstr("true age"));
  EXPECT_THAT(fault([](Answer& of) { of.gender = 2; }), HasSubstr("true gender"));
  EXPECT_THAT(fault([](Answer& of) { of.male = 1.01; }), HasSubstr("probability"));
  EXPECT_THAT(fault([](Answer& of) { of.low.reset(); }), HasSubstr("half a range"));
  EXPECT_THAT(fault([](Answer& of) { of.low = 14; }), HasSubstr("upside down"));
}

}  // namespace
}  // namespace ag::evaluation
