// The report in a terminal, whole.
#include "launch/evaluation_report/text_report.h"

#include <gmock/gmock.h>

#include "framework/core/text.h"
#include "launch/evaluation_report/sections.h"
#include "tests/unit/evaluation_report/answers_for_tests.h"

namespace ag::evaluation {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

constexpr report::Terminal kFile{.columns = 0, .colour = false};
constexpr report::Terminal kColours{.columns = 0, .colour = true};

// The margin is 1.959964 times the root of 20 / 3 / 4. Wilson's interval of 3 of 4: the middle is
// (0.75 + 0.4802) / 1.9604 = 0.6275, and so much on each side: 1.96 / 1.9604 times the root of
// 0.0469 + 0.0600, 0.3269.
TEST(EvaluationText, tells_all_then_by_gender_and_age) {
  EXPECT_EQ(to_text(evaluate(four_answers()), kSubject, kFile),
            "best.safetensors\n"
            "4 pictures of faces_96, test split\n"
            "age     mean error (MAE) 4.00 ± 2.53 years, bias -1.00\n"
            "        25.0% within 1 year, 50.0% within 3, 75.0% within 5; 0.0% named to the year\n"
            "        75.0% in their 80% range, which is 7.2 years wide on average\n"
            "gender  75.0% right (30.1% – 95.4%)\n"
            "        calibration error 15.0% (ECE), Brier score 0.159\n"
            "\n"
            "        pictures   MAE   bias  within 5  gender right  in 80% range\n"
            "all            4  4.00  -1.00     75.0%         75.0%         75.0%\n"
            "female         2  3.00  +3.00    100.0%         50.0%        100.0%\n"
            "male           2  5.00  -5.00     50.0%        100.0%         50.0%\n"
            "\n"
            "all, by age\n"
            "0-2            0\n"
            "3-9            0\n"
            "10-19          2  2.00  -1.00    100.0%        100.0%         50.0%\n"
            "20-29          0\n"
            "30-39          1  5.00  +5.00    100.0%          0.0%        100.0%\n"
            "40-49          0\n"
            "50-59          0\n"
            "60-69          0\n"
            "70+            1  7.00  -7.00      0.0%        100.0%        100.0%\n"
            "\n"
            "female, by age\n"
            "0-2            0\n"
            "3-9            0\n"
            "10-19          1  1.00  +1.00    100.0%        100.0%        100.0%\n"
            "20-29          0\n"
            "30-39          1  5.00  +5.00    100.0%          0.0%        100.0%\n"
            "40-49          0\n"
            "50-59          0\n"
            "60-69          0\n"
            "70+            0\n"
            "\n"
            "male, by age\n"
            "0-2            0\n"
            "3-9            0\n"
            "10-19          1  3.00  -3.00    100.0%        100.0%          0.0%\n"
            "20-29          0\n"
            "30-39          0\n"
            "40-49          0\n"
            "50-59          0\n"
            "60-69          0\n"
            "70+            1  7.00  -7.00      0.0%        100.0%        100.0%\n"
            "\n"
            "MAE: mean error of the age, years; bias: mean of told minus true age, above 0 where "
            "people are taken for older; within 5: ages told at most five years off. In 80% "
            "range: between the told 10% and 90%, as 80% of ages should be.\n");
}

TEST(EvaluationText, of_one_picture_without_ranges_tells_what_there_is) {
  const std::string text =
      to_text(evaluate(std::vector{answer(10, 0, {11, 0.25})}), kSubject, kFile);
  EXPECT_THAT(text, HasSubstr("1 picture of faces_96"));
  EXPECT_THAT(text, HasSubstr("mean error (MAE) 1.00 years, bias +1.00\n"));
  EXPECT_THAT(text, Not(HasSubstr("80%")));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

// Thirty children two years off, thirty adults four, and one old person thirty.
std::vector<Answer> two_full_bands() {
  std::vector<Answer> answers(30, answer(5, 0, {7, 0.1}));
  answers.insert(answers.end(), 30, answer(45, 0, {41, 0.1}));
  answers.push_back(answer(80, 0, {50, 0.1}));
  return answers;
}

TEST(EvaluationText, marks_the_worst_band_but_none_of_few_pictures) {
  const std::string text = to_text(evaluate(two_full_bands()), kSubject, kColours);
  EXPECT_THAT(text, HasSubstr("\033[31m 4.00\033[0m"));
  EXPECT_THAT(text, HasSubstr("\033[31m -4.00\033[0m")) << "a bias is bad in either direction";
  EXPECT_THAT(text, Not(HasSubstr("\033[31m 2.00\033[0m")));
  EXPECT_THAT(text, HasSubstr("\033[2m30.00\033[0m")) << "one picture says little";
  EXPECT_THAT(text, HasSubstr("fewer than 30 pictures"));
  std::vector<Answer> equal(30, answer(5, 0, {7, 0.1}));
  equal.insert(equal.end(), 30, answer(45, 0, {47, 0.1}));
  EXPECT_THAT(to_text(evaluate(equal), kSubject, kColours), Not(HasSubstr("\033[31m")))
      << "of equals none is the worst";
}

TEST(EvaluationText, keeps_to_a_narrow_terminal) {
  for (int columns = 40; columns < 120; ++columns) {
    const std::string text =
        to_text(evaluate(four_answers()), kSubject, {.columns = columns, .colour = false});
    std::size_t at = 0;
    for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      EXPECT_LE(display_columns(text.substr(at, end - at)), columns) << text.substr(at, end - at);
    }
  }
}

TEST(EvaluationText, captions_say_what_is_told_and_what_is_so) {
  EXPECT_EQ(age_caption(ranged(answer(61, 1, {34.2, 0.03}), 26.6, 41.4)), "told 34 (27-41), is 61");
  EXPECT_EQ(age_caption(answer(61, 1, {34.2, 0.03})), "told 34, is 61");
  EXPECT_EQ(gender_caption(answer(61, 1, {34, 0.03})), "female 97%, is male");
  EXPECT_EQ(gender_caption(answer(61, 0, {34, 0.9951})), "male >99%, is female")
      << "nothing is told for sure";
}

}  // namespace
}  // namespace ag::evaluation
