#include "launch/sweep_report/svg_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/core/error.h"
#include "tests/unit/sweep_report/results_for_tests.h"

namespace ag::sweep {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(SvgReport, is_the_heat_map_of_the_metric_where_two_parameters_vary) {
  const std::string svg =
      to_svg(square_grid(3, [](int row, int column) { return 5.125 + row + 0.25 * column; }));
  EXPECT_THAT(svg, StartsWith("<svg"));
  EXPECT_THAT(svg, HasSubstr("val/age_mae"));
  EXPECT_THAT(svg, HasSubstr("5.125"));
}

TEST(SvgReport, is_the_front_where_one_parameter_varies) {
  const std::string svg = to_svg(
      sweep_of({"model.width"}, {point({"0.5"}, 7, 1'000'000), point({"1.0"}, 6, 4'000'000)}));
  EXPECT_THAT(svg, HasSubstr("MACs"));
}

TEST(SvgReport, says_so_where_there_is_nothing_to_draw) {
  EXPECT_THROW(to_svg(sweep_of({"model.width"}, {point({"0.5"}, 7), point({"1.0"}, 6)})), Error);
}

}  // namespace
}  // namespace ag::sweep
