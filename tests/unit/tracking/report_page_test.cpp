// Heat maps, scatter charts, bars, and the page that holds them.
#include <gmock/gmock.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "tests/unit/tracking/plain_terminal.h"
#include "tracking/report/bars.h"
#include "tracking/report/cells.h"
#include "tracking/report/heat_map.h"
#include "tracking/report/html_page.h"
#include "tracking/report/markup.h"
#include "tracking/report/number.h"
#include "tracking/report/palette.h"
#include "tracking/report/scale.h"
#include "tracking/report/scatter.h"

namespace ag::report {
namespace {
using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Markup, escapes_what_would_be_read_as_markup) {
  EXPECT_EQ(escaped("a < b & \"c\" > 'd'"), "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  EXPECT_EQ(escaped("val/age_mae ± 日本"), "val/age_mae ± 日本");
  EXPECT_EQ(escaped("a\x1b[0m\tb\nc"), "a\uFFFD[0m\tb\nc");
}

TEST(Cells, text_is_wrapped_at_spaces) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("one two three", 3), ElementsAre("one", "two", "three"));
  EXPECT_THAT(wrapped("± 日本 x", 6), ElementsAre("± 日本", "x"));
  EXPECT_THAT(wrapped("", 5), ElementsAre(""));
}

TEST(Number, of_a_count_has_a_unit) {
  EXPECT_EQ(short_count(0), "0");
  EXPECT_EQ(short_count(312), "312");
  EXPECT_EQ(short_count(999), "999");
  EXPECT_EQ(short_count(12345), "12.3k");
  EXPECT_EQ(short_count(999600), "1M") << "not 1000k";
  EXPECT_EQ(short_count(5000000), "5M");
  EXPECT_EQ(short_count(1.234e9), "1.23G");
  EXPECT_EQ(short_count(1e15), "1e+03T");
}

TEST(Ticks, of_a_logarithmic_axis_stand_at_1_2_and_5) {
  EXPECT_THAT(log_ticks({1e6, 2.5e7}, 6), ElementsAre(1e6, 2e6, 5e6, 1e7, 2e7));
  EXPECT_THAT(log_ticks({0.9, 1100}, 6), ElementsAre(1, 10, 100, 1000));
  EXPECT_THAT(log_ticks({1, 1e9}, 4), ElementsAre(1, 1e3, 1e6, 1e9));
  EXPECT_THAT(log_ticks({5.3, 9.1}, 4), ElementsAre(6, 7, 8, 9)) << "none of them inside";
  EXPECT_THAT(log_ticks({0.09, 0.6}, 6), ElementsAre(DoubleEq(0.1), DoubleEq(0.2), DoubleEq(0.5)));
}

// WCAG 2.1, "relative luminance" and "contrast ratio".
double luminance(std::string_view colour) {
  std::array<double, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    int byte = 0;
    const char* at = colour.data() + 1 + 2 * i;
    std::from_chars(at, at + 2, byte, 16);
    const double value = byte / 255.0;
    parts[i] = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  }
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

TEST(Palette, numbers_on_every_shade_can_be_read) {
  double before = 2;
  for (int i = 0; i < kShades; ++i) {
    const double ground = luminance(shade(i).ground);
    const double ink = luminance(shade(i).ink);
    const double contrast = (std::max(ground, ink) + 0.05) / (std::min(ground, ink) + 0.05);
    EXPECT_GE(contrast, 4.5) << "shade " << i;
    EXPECT_LT(ground, before) << "the better, the brighter, so that it is told in grey too";
    before = ground;
  }
  EXPECT_EQ(shade_number(0), 0);
  EXPECT_EQ(shade_number(1), kShades - 1);
  EXPECT_EQ(shade_number(0.5), kShades / 2);
}

HeatMap two_by_two() {
  HeatMap map{.title = "val/age_mae", .row_title = "width", .column_title = "size"};
  map.rows = {"0.5", "1.0"};
  map.columns = {"32", "64"};
  map.cells = {{{"8.1", "± 0.2", "first", 1, false}, {"", "", "", {}, false}},
               {{"7.0", "", "<b>", 0, true}, {"failed", "", "", {}, false}}};
  return map;
}

TEST(HeatMap, in_a_terminal_is_a_table_with_the_best_marked) {
  EXPECT_EQ(to_text(two_by_two(), kPlain),
            "val/age_mae; across: size\n"
            "width         32      64\n"
            "0.5    8.1 ± 0.2\n"
            "1.0        * 7.0  failed\n");
  EXPECT_THAT(to_text(two_by_two(), {.columns = 0, .colour = true}),
              HasSubstr("\033[48;5;226;38;5;16m    * 7.0\033[0m"));
}

TEST(HeatMap, as_svg_has_a_shade_for_each_number_and_a_frame_around_the_best) {
  const std::string svg = to_svg(two_by_two());
  EXPECT_THAT(svg, HasSubstr("class=\"h8\""));
  EXPECT_THAT(svg, HasSubstr("class=\"k8 middle\">8.1<"));
  EXPECT_THAT(svg, HasSubstr("class=\"k0 middle strong\">7.0<"));
  EXPECT_THAT(svg, HasSubstr("class=\"best\""));
  EXPECT_THAT(svg, HasSubstr("<title>&lt;b&gt;</title>"));
  EXPECT_THAT(svg, HasSubstr("<style>")) << "it stands alone";
  EXPECT_THAT(to_svg(two_by_two(), svg::Place::kInPage), Not(HasSubstr("<style>")));
}

// The chart lies in x from 46 to 424; of two points, 5 % of the range is left free at each end.
TEST(Scatter, places_points_by_the_logarithm_of_their_cost) {
  const Scatter scatter{.title = "t",
                        .x_label = "MACs",
                        .y_label = "mae",
                        .points = {{.x = 1e6, .y = 9, .label = "small", .front = true},
                                   {.x = 1e7, .y = 8, .label = "middle", .front = true},
                                   {.x = 1e8, .y = 8.5, .label = "big"},
                                   {.x = 0, .y = 1, .label = "no cost"},
                                   {.x = 5, .y = kNan, .label = "no value"}}};
  const std::string svg = to_svg(scatter);
  EXPECT_THAT(svg, HasSubstr("<circle cx=\"63.2\""));   // 46 + 378 * 0.05 / 1.1
  EXPECT_THAT(svg, HasSubstr("<circle cx=\"235.0\""));  // the middle
  EXPECT_THAT(svg, HasSubstr("<circle cx=\"406.8\""));
  EXPECT_THAT(svg, HasSubstr("<path d=\"M63.2 "));
  EXPECT_THAT(svg, HasSubstr(">small<"));
  EXPECT_THAT(svg, Not(HasSubstr("no cost")));
  EXPECT_THAT(svg, Not(HasSubstr("no value")));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(Scatter, leaves_out_labels_that_would_lie_over_others) {
  Scatter scatter;
  for (int i = 0; i < 12; ++i) {
    scatter.points.push_back({.x = 1e6, .y = 7, .label = "the same", .front = i == 11});
  }
  const std::string svg = to_svg(scatter);
  EXPECT_THAT(svg, HasSubstr("strong over\">the same<")) << "the front's is set first";
  std::size_t labels = 0;
  for (std::size_t at = 0; (at = svg.find(">the same<", at)) != std::string::npos; ++at) ++labels;
  EXPECT_LE(labels, 8u) << "there are eight places around a point";
}

TEST(Scatter, of_nothing_is_a_picture_still) {
  for (const std::vector<ScatterPoint>& points :
       {std::vector<ScatterPoint>{}, {{.x = 1e6, .y = 7}}, {{.x = 1e6, .y = 7, .spread = kNan}}}) {
    const std::string svg = to_svg(Scatter{.points = points});
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
  }
}

TEST(Bars, are_as_long_as_their_shares) {
  const Bars bars{"shares", {{"model.width", 0.75}, {"rest", 0.25, true}}};
  EXPECT_EQ(to_text(bars, {.columns = 39, .colour = false}),
            "shares\n"
            "model.width   75%  ███████████████\n"
            "rest          25%  ░░░░░\n");
  EXPECT_THAT(to_svg(bars), HasSubstr(">75%<"));
  EXPECT_THAT(to_text(bars, {.columns = 10, .colour = false}), HasSubstr("mod…idth"));
}

TEST(HtmlPage, holds_tables_with_every_cell) {
  Table table;
  table.columns = {{"name"}, {"val/age_mae", Align::kRight}};
  table.rows = {{{{"a<b"}, {"7.5", Tone::kGood}}}, {{{"a heading"}}, true}};
  EXPECT_EQ(html_table(table),
            "<div class=\"wide\">\n<table>\n"
            "<tr><th>name</th><th class=\"right\">val/<wbr/>age_<wbr/>mae</th></tr>\n"
            "<tr><td>a&lt;b</td>\n<td class=\"right good\">7.5</td>\n</tr>\n"
            "<tr><th colspan=\"2\">a heading</th></tr>\n"
            "</table>\n</div>\n");
}

}  // namespace
}  // namespace ag::report
