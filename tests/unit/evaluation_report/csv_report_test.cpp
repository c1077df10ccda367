// A row an answer, byte by byte.
#include "launch/evaluation_report/csv_report.h"

#include <gtest/gtest.h>

#include "tests/unit/evaluation_report/answers_for_tests.h"

namespace ag::evaluation {
namespace {

TEST(EvaluationCsv, has_a_row_for_each_answer_with_all_digits) {
  std::vector<Answer> answers =
      numbered({ranged(answer(61, 1, {34.25, 1.0 / 3}), 27, 41.5), answer(0, 0, {0.1, 0})});
  answers[0].named_age = 33;
  EXPECT_EQ(to_csv(answers),
            "index,source,age,told_age,low,high,named_age,gender,male\n"
            "0,100,61,34.25,27,41.5,33,1,0.3333333333333333\n"
            "1,101,0,0.1,,,0,0,0\n");
}

TEST(EvaluationCsv, of_nothing_is_its_titles) {
  EXPECT_EQ(to_csv({}), "index,source,age,told_age,low,high,named_age,gender,male\n");
}

}  // namespace
}  // namespace ag::evaluation
