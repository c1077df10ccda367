// Scales, ticks, and charts in the terminal and as SVG.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "framework/core/text.h"
#include "tests/unit/tracking/plain_terminal.h"
#include "tracking/report/canvas.h"
#include "tracking/report/svg_chart.h"
#include "tracking/report/terminal_chart.h"

namespace ag::report {
namespace {
using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Terminal kSixtyColumns{.columns = 60, .colour = false};

TEST(Range, holds_what_can_be_drawn) {
  EXPECT_EQ(range_of({3, 1, kNan, 2, kInfinity, 1e308}).low, 1);
  EXPECT_EQ(range_of({3, 1, kNan, 2, kInfinity, 1e308}).high, 3);
  EXPECT_EQ(range_of({}).span(), 1);
  EXPECT_EQ(range_of({kNan}).span(), 1);
}

TEST(Range, of_one_value_has_room_around_it) {
  for (const double value : {5.0, -5.0, 0.0, 1e16, 5e-324}) {
    const Range range = range_of({value, value});
    EXPECT_LT(range.low, value);
    EXPECT_GT(range.high, value);
    EXPECT_GT(range.span(), 0);
  }
  EXPECT_GT(range_of({1e16, 1e16 + 2}).span(), 1e15) << "rounding isn't drawn";
}

TEST(Ticks, stand_at_numbers_that_people_would_choose) {
  EXPECT_THAT(nice_ticks({0, 10}, 6).at, ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(nice_ticks({7.5, 12.7}, 3).at, ElementsAre(8, 10, 12));
  EXPECT_THAT(nice_ticks({0.57, 0.8}, 5).at,
              ElementsAre(DoubleEq(0.6), DoubleEq(0.65), DoubleEq(0.7), DoubleEq(0.75), 0.8));
  EXPECT_THAT(nice_ticks({1, 20}, 5).at, ElementsAre(5, 10, 15, 20));
  EXPECT_THAT(nice_ticks({-1, 1}, 5).at, ElementsAre(-1, -0.5, 0, 0.5, 1));
}

TEST(Ticks, of_epochs_are_whole) {
  EXPECT_THAT(nice_ticks({1, 3}, 10, true).at, ElementsAre(1, 2, 3));
  EXPECT_THAT(nice_ticks({0.9, 1.1}, 10, true).at, ElementsAre(1));
}

TEST(Ticks, are_never_more_than_asked_for_and_lie_in_the_range) {
  for (const Range& range : {Range{0, 1}, Range{-3.7, 99}, Range{1e-7, 3e-7}, Range{1e9, 4e12},
                             Range{0.1, 0.1000001}, Range{-1e-300, 1e300}}) {
    for (int at_most = 2; at_most < 12; ++at_most) {
      const Ticks ticks = nice_ticks(range, at_most);
      EXPECT_LE(ticks.at.size(), static_cast<std::size_t>(at_most));
      EXPECT_GE(ticks.at.size(), 1u) << range.low << " " << range.high << " " << at_most;
      for (const double tick : ticks.at) {
        EXPECT_GE(tick, range.low - range.span() * 1e-6);
        EXPECT_LE(tick, range.high + range.span() * 1e-6);
      }
    }
  }
}

TEST(Ticks, are_labelled_with_as_many_decimals_as_they_need) {
  EXPECT_EQ(tick_label(0.25, 0.05), "0.25");
  EXPECT_EQ(tick_label(0.3, 0.1), "0.3");
  EXPECT_EQ(tick_label(1500, 500), "1,500");
  EXPECT_EQ(tick_label(1e-17, 0.1), "0");
  EXPECT_EQ(tick_label(2e-5, 1e-5), "2e-05");
  EXPECT_EQ(tick_label(3e8, 1e8), "3e+08");
}

TEST(Scale, maps_ends_to_ends_and_halves_to_halves) {
  const Scale scale({10, 20}, 100, 0);
  EXPECT_EQ(scale(10), 100);
  EXPECT_EQ(scale(20), 0);
  EXPECT_EQ(scale(15), 50);
}

TEST(Range, is_padded_but_not_across_zero) {
  EXPECT_EQ(padded({10, 20}).low, 9.5);
  EXPECT_EQ(padded({10, 20}).high, 20.5);
  EXPECT_EQ(padded({0.1, 10}).low, 0);
  EXPECT_EQ(padded({-10, -0.1}).high, 0);
  EXPECT_LT(padded({-1, 10}).low, -1);
}

TEST(Points, that_are_many_keep_their_peaks_when_they_are_thinned) {
  std::vector<Point> points;
  for (int i = 0; i < 10000; ++i) points.push_back({static_cast<double>(i), 0.5});
  points[1234].y = 9;
  points[5678].y = -9;
  const std::vector<Point> thin = thinned(points, 100);
  EXPECT_LE(thin.size(), 100u);
  double low = 0;
  double high = 0;
  double x = -1;
  for (const Point& point : thin) {
    low = std::min(low, point.y);
    high = std::max(high, point.y);
    EXPECT_GT(point.x, x) << "in the order of x";
    x = point.x;
  }
  EXPECT_EQ(low, -9);
  EXPECT_EQ(high, 9);
  EXPECT_EQ(thinned({{0, 1}, {1, 2}}, 100).size(), 2u);
}

// U+2801 has the dot at the left top, U+2880 that at the right bottom (Unicode, Braille Patterns).
TEST(Canvas, sets_the_dots_of_braille_characters) {
  Canvas canvas(2, 1);
  canvas.dot(0, 0, 0);
  canvas.dot(3, 3, 0);
  EXPECT_EQ(canvas.row_text(0, kSixtyColumns), "\u2801\u2880");
  canvas.dot(-1, 0, 0);
  canvas.dot(4, 0, 0);
  canvas.dot(0, 4, 0);
  EXPECT_EQ(canvas.row_text(0, kSixtyColumns), "\u2801\u2880") << "what lies outside is left out";
}

TEST(Canvas, draws_lines_from_end_to_end) {
  Canvas canvas(2, 1);
  canvas.line(0, 3, 3, 0, 0, Stroke::kSolid);  // dots (0,3) (1,2) | (2,1) (3,0)
  EXPECT_EQ(canvas.row_text(0, kSixtyColumns), "\u2860\u280A");
  Canvas dashed(4, 1);
  dashed.line(0, 0, 7, 0, 0, Stroke::kDashed);  // three dots, three left out, two
  EXPECT_EQ(dashed.row_text(0, kSixtyColumns), "\u2809\u2801 \u2809");
}

TEST(Canvas, a_curve_takes_the_place_of_a_level) {
  Canvas canvas(1, 1);
  canvas.level(0);
  EXPECT_EQ(canvas.row_text(0, kSixtyColumns), "\u2801");
  canvas.dot(1, 3, 0);
  EXPECT_EQ(canvas.row_text(0, kSixtyColumns), "\u2880");
}

Chart two_curves() {
  Chart chart;
  chart.title = "faces";
  chart.x_label = "epoch";
  chart.legend = {{"7f3a", "mobilenet <64> & co", 0}, {"91bc", "half", 1}};
  Panel panel;
  panel.title = "val/age_mae";
  panel.series = {{"7f3a", 0, Stroke::kSolid, {{1, 12}, {2, 9}, {3, 8}}},
                  {"91bc", 1, Stroke::kDashed, {{1, 12}, {2, kNan}, {3, 10}}}};
  panel.levels = {{"guess", 12.4}};
  chart.panels = {panel};
  return chart;
}

std::vector<std::string> rows_of(const std::string& text) {
  std::vector<std::string> rows;
  std::size_t at = 0;
  for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    rows.push_back(text.substr(at, end - at));
  }
  return rows;
}

TEST(TerminalChart, fits_the_terminal_and_names_each_curve_at_its_end) {
  const std::string text = to_text(two_curves(), kSixtyColumns, 10);
  for (const std::string& row : rows_of(text)) EXPECT_LE(display_columns(row), 60) << row;
  const auto row_with = [&](const std::string& end) {
    const auto rows = rows_of(text);
    const auto found = std::find_if(rows.begin() + 4, rows.end(),
                                    [&](const std::string& row) { return row.ends_with(end); });
    return found - rows.begin();
  };
  EXPECT_LT(row_with(" guess"), row_with(" 91bc")) << "higher values stand higher";
  EXPECT_LT(row_with(" 91bc"), row_with(" 7f3a"));
  EXPECT_THAT(text, HasSubstr("12 ┤"));
  EXPECT_THAT(text, HasSubstr("epoch"));
  EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(TerminalChart, names_that_would_fall_together_are_moved_apart) {
  Chart chart = two_curves();
  chart.panels[0].levels.clear();
  chart.panels[0].series[1].points[2].y = 8;
  const std::string text = to_text(chart, kSixtyColumns, 10);
  EXPECT_THAT(text, HasSubstr(" 7f3a\n"));
  EXPECT_THAT(text, HasSubstr(" 91bc\n"));
}

TEST(TerminalChart, takes_what_cant_be_drawn) {
  Chart chart = two_curves();
  chart.panels[0].levels.clear();
  for (const std::vector<Point>& points :
       {std::vector<Point>{}, {{1, kNan}}, {{1, 3}}, {{1, kInfinity}, {2, 1e308}, {3, 1}}}) {
    chart.panels[0].series = {{"7f3a", 0, Stroke::kSolid, points}};
    EXPECT_THAT(to_text(chart, kSixtyColumns), HasSubstr("val/age_mae"));
    EXPECT_THAT(to_svg(chart), Not(HasSubstr("nan")));
    EXPECT_THAT(to_svg(chart), Not(HasSubstr("inf")));
  }
}

// One panel's curves lie in x from 20 + 52 to 20 + 720 - 76, in CSS pixels.
TEST(SvgChart, draws_each_curve_over_the_whole_width) {
  const std::string svg = to_svg(two_curves());
  EXPECT_THAT(svg, HasSubstr("<path d=\"M72.0 "));
  EXPECT_THAT(svg, HasSubstr("L664.0 "));
  EXPECT_THAT(svg, HasSubstr("class=\"curve s1 dashed\""));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
}

TEST(SvgChart, breaks_a_curve_at_a_gap) {
  const std::string svg = to_svg(two_curves());
  const std::size_t dashed = svg.find("curve s1 dashed");
  const std::size_t path = svg.rfind("<path d=\"", dashed);
  const std::string data = svg.substr(path, dashed - path);
  EXPECT_EQ(std::count(data.begin(), data.end(), 'M'), 2) << data;
  EXPECT_EQ(std::count(data.begin(), data.end(), 'L'), 0) << data;
}

TEST(SvgChart, is_well_formed_whatever_the_names) {
  const std::string svg = to_svg(two_curves());
  EXPECT_THAT(svg, HasSubstr("mobilenet &lt;64&gt; &amp; co"));
  EXPECT_EQ(svg.find("mobilenet <64>"), std::string::npos);
  EXPECT_TRUE(svg.starts_with("<svg xmlns="));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

}  // namespace
}  // namespace ag::report
