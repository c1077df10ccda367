// The page: well-formed, safe whatever the names, whole by itself, and with every number in it.
#include "launch/evaluation_report/html_report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/markup_fault.h"
#include "tests/unit/evaluation_report/answers_for_tests.h"
#include "tracking/report/base64.h"

namespace ag::evaluation {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

// Bytes that tell which answer they are of.
std::string bytes_of(const Answer& answer) {
  return fmt::format("\xff\xd8 picture {}", answer.index);
}

std::string page_of_four() {
  return to_html(evaluate(four_answers()), kSubject, bytes_of);
}

TEST(EvaluationPage, stands_alone) {
  const std::string page = page_of_four();
  EXPECT_EQ(test::fault_of(page), std::nullopt);
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  EXPECT_THAT(page, Not(HasSubstr("https:")));
  EXPECT_EQ(count_of(page, "src="), count_of(page, "src=\"data:image/jpeg;base64,"));
  EXPECT_EQ(count_of(page, "http:"), count_of(page, "xmlns=\"http://www.w3.org/2000/svg\""));
}

TEST(EvaluationPage, says_what_was_evaluated) {
  const std::string page = page_of_four();
  EXPECT_THAT(page, HasSubstr("<h1>best.safetensors</h1>"));
  EXPECT_THAT(page, HasSubstr("<p>4 pictures of faces_96, test split</p>"));
  EXPECT_THAT(page, HasSubstr("2025-11-28 20:15"));
}

TEST(EvaluationPage, begins_with_its_figures) {
  const std::string page = page_of_four();
  EXPECT_THAT(page, HasSubstr("<div class=\"value\">4.00 <small>years</small></div>"));
  EXPECT_THAT(page, HasSubstr("± 2.53 at 95%"));
  EXPECT_THAT(page, HasSubstr("<div class=\"value\">75.0%</div>"));
  EXPECT_THAT(page, HasSubstr("50.0% within 3, 25.0% within 1"));
  EXPECT_THAT(page, HasSubstr("<div class=\"value\">-1.00 <small>years</small></div>"));
  EXPECT_THAT(page, HasSubstr("taken for younger"));
  EXPECT_THAT(page, HasSubstr("30.1% – 95.4% at 95%"));
}

// Its columns: age, pictures, MAE and bias of all, female and male, within 5, gender right of all
// three, in the range.
TEST(EvaluationPage, has_a_row_for_each_band_with_the_genders_beside_each_other) {
  std::string page = page_of_four();
  const std::size_t row = page.find("<td class=\"right\">10-19</td>");
  ASSERT_NE(row, std::string::npos);
  std::vector<std::string> cells;
  const std::string cells_of_row = page.substr(row, page.find("</tr>", row) - row);
  for (std::size_t at = 0; (at = cells_of_row.find("\">", at)) != std::string::npos;) {
    at += 2;
    cells.push_back(cells_of_row.substr(at, cells_of_row.find('<', at) - at));
  }
  EXPECT_THAT(cells, ElementsAre("10-19", "2", "1", "1", "2.00", "1.00", "3.00", "-1.00", "+1.00",
                                 "-3.00", "100.0%", "100.0%", "100.0%", "100.0%", "50.0%"));
}

TEST(EvaluationPage, has_confusions_in_shares_of_their_rows) {
  const std::string page = page_of_four();
  EXPECT_THAT(page, HasSubstr("10-19 (2)"));
  EXPECT_THAT(page, HasSubstr("10-19 taken for 3-9: 1 of 2 pictures"));
  EXPECT_THAT(page, HasSubstr("female taken for male: 1 of 2 pictures"));
  EXPECT_THAT(page, HasSubstr("70+ taken for 70+: 1 of 1 picture<"));
  EXPECT_THAT(page, HasSubstr("class=\"k4 middle\">50%<")) << "the middle of the shades";
  EXPECT_EQ(count_of(page, "class=\"k0 middle strong\">100%<"), 3u) << "30-39, 70+ and male";
}

TEST(EvaluationPage, says_of_each_point_of_its_charts_what_it_is_of) {
  const std::string page = page_of_four();
  // 11 and 9, of 10 and 12 years: the quantiles are a tenth of their distance from each.
  EXPECT_THAT(page,
              HasSubstr("10-14 years, 2 pictures: told 10.0 on average, 80% of them 9.2 to 10.8"));
  EXPECT_THAT(page, HasSubstr("2 pictures of which it is 70-75% sure, 75.0% on average: 50.0% "
                              "right"));
}

TEST(EvaluationPage, holds_the_worst_pictures_with_their_captions) {
  const std::string page = page_of_four();
  for (const Answer& answer : four_answers()) {
    EXPECT_THAT(page, HasSubstr(report::base64(bytes_of(answer))));
  }
  EXPECT_EQ(count_of(page, "<img"), 4u + 1u) << "one gender is wrong";
  EXPECT_THAT(page, HasSubstr("alt=\"told 73 (68-80), is 80 · male &gt;99%, is male\""));
  EXPECT_THAT(page, HasSubstr("<div class=\"first\">told 73 (68-80), is 80</div>"));
  EXPECT_THAT(page, HasSubstr("<div class=\"first\">male 75%, is female</div>"));
  EXPECT_THAT(page, HasSubstr("picture 3, row 103"));
  EXPECT_LT(page.find("picture 3, row 103"), page.find("picture 2, row 102")) << "the worst first";
}

TEST(EvaluationPage, asks_for_the_pictures_it_shows_and_no_others) {
  std::vector<std::int64_t> asked;
  to_html(evaluate(four_answers(), 2), kSubject, [&](const Answer& answer) {
    asked.push_back(answer.index);
    return std::string();
  });
  EXPECT_THAT(asked, ElementsAre(3, 2, 2));
}

TEST(EvaluationPage, has_a_place_for_pictures_that_are_not_there) {
  const Evaluation evaluation = evaluate(four_answers());
  const PictureOf none = [](const Answer&) { return std::string(); };
  for (const PictureOf& picture_of : {none, PictureOf()}) {
    const std::string page = to_html(evaluation, kSubject, picture_of);
    EXPECT_EQ(test::fault_of(page), std::nullopt);
    EXPECT_EQ(count_of(page, "no picture"), 5u);
    EXPECT_EQ(count_of(page, "<img"), 0u);
  }
}

TEST(EvaluationPage, of_a_network_without_ranges_or_wrong_genders_says_so) {
  const std::vector<Answer> answers = numbered({answer(10, 0, {10, 0.1})});
  const std::string page = to_html(evaluate(answers), kSubject);
  EXPECT_EQ(test::fault_of(page), std::nullopt);
  EXPECT_THAT(page, Not(HasSubstr("80% range")));
  EXPECT_THAT(page, HasSubstr("Every gender is right."));
  EXPECT_THAT(page, HasSubstr("neither older nor younger"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_THAT(page, Not(HasSubstr("inf")));
}

TEST(EvaluationPage, shows_names_as_they_are) {
  const std::string evil = "<script>alert('x')</script>&\"\x01";
  const std::string page =
      to_html(evaluate(four_answers()),
              {.checkpoint = evil, .dataset = evil, .split = evil, .date = evil}, bytes_of);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("\x01")));
  EXPECT_EQ(test::fault_of(page), std::nullopt);
}

}  // namespace
}  // namespace ag::evaluation
