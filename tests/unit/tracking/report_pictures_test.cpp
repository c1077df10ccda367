// Charts of agreement, tiles and galleries of a page.
#include <gmock/gmock.h>

#include <limits>

#include "tests/support/markup_fault.h"
#include "tracking/report/agreement.h"
#include "tracking/report/base64.h"
#include "tracking/report/heat_map.h"
#include "tracking/report/html_gallery.h"
#include "tracking/report/html_page.h"
#include "tracking/report/html_tiles.h"

namespace ag::report {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

// RFC 4648, section 10.
TEST(Base64, is_that_of_the_rfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

// Section 9, and the alphabet's last two.
TEST(Base64, takes_bytes_of_any_value) {
  EXPECT_EQ(base64("\x14\xfb\x9c\x03\xd9\x7e"), "FPucA9l+");
  EXPECT_EQ(base64("\xff\xff\xff"), "////");
  EXPECT_EQ(base64(std::string_view("\0\0\0", 3)), "AAAA");
}

TEST(HtmlGallery, holds_each_picture_and_what_there_is_to_say) {
  EXPECT_EQ(html_gallery({{"foo", {"told <34>", "is 61"}, "row 7"}}),
            "<div class=\"gallery\">\n<figure>\n"
            "<img src=\"data:image/jpeg;base64,Zm9v\" alt=\"told &lt;34&gt; · is 61\"/>\n"
            "<figcaption>\n<div class=\"first\">told &lt;34&gt;</div>\n<div>is 61</div>\n"
            "<div class=\"faint\">row 7</div>\n</figcaption>\n</figure>\n</div>\n");
}

TEST(HtmlGallery, says_where_a_picture_is_missing) {
  EXPECT_THAT(html_gallery({{"", {"told 34"}, ""}}),
              HasSubstr("<div class=\"missing\">no picture</div>\n<figcaption>\n"
                        "<div class=\"first\">told 34</div>\n</figcaption>"));
}

TEST(HtmlTiles, show_a_value_with_its_unit_label_and_note) {
  EXPECT_EQ(html_tiles({{"5.12", "years", "mean <error>", "± 0.2"}, {"93%", "", "right", ""}}),
            "<div class=\"tiles\">\n"
            "<div>\n<div>mean &lt;error&gt;</div>\n"
            "<div class=\"value\">5.12 <small>years</small></div>\n"
            "<div class=\"note\">± 0.2</div>\n</div>\n"
            "<div>\n<div>right</div>\n<div class=\"value\">93%</div>\n"
            "<div class=\"note\"></div>\n</div>\n"
            "</div>\n");
}

TEST(HtmlPage, sets_groups_of_columns_apart) {
  Table table;
  table.columns = {{"a"}, {.title = "b", .align = Align::kRight, .apart = true}};
  table.rows = {{{{"1"}, {"2", Tone::kBad}}}};
  EXPECT_THAT(html_table(table), HasSubstr("<th>a</th><th class=\"right apart\">b</th></tr>\n"
                                           "<tr><td>1</td>\n<td class=\"right apart bad\">2</td>"));
}

TEST(HeatMap, says_what_the_ends_of_its_colours_are) {
  HeatMap map{.title = "t", .rows = {"r"}, .columns = {"c"}, .cells = {{{"1", "", "", 0, false}}}};
  EXPECT_THAT(to_svg(map), HasSubstr(">better<"));
  map.best_word = "all";
  map.worst_word = "none";
  EXPECT_THAT(to_svg(map), HasSubstr(">all<"));
  EXPECT_THAT(to_svg(map), HasSubstr(">none<"));
  EXPECT_THAT(to_svg(map), Not(HasSubstr("worse")));
}

// The chart lies in x from 60 to 420 and in y from 444 up to 84: 3.6 pixels for each of 100.
Agreement two_points() {
  return {.title = "t",
          .x = {0, 100},
          .y = {0, 100},
          .points = {{.from = 0, .to = 50, .x = 20, .y = 30, .low = 10, .high = 40, .count = 2},
                     {.from = 50,
                      .to = 100,
                      .x = 70,
                      .y = 60,
                      .low = 50,
                      .high = 80,
                      .count = 1,
                      .detail = "<one>"}}};
}

TEST(Agreement, places_points_band_and_diagonal_on_the_same_scale) {
  const std::string svg = to_svg(two_points());
  EXPECT_THAT(svg, HasSubstr("<path d=\"M132.0 336.0L312.0 228.0\" class=\"curve s0\"/>"));
  EXPECT_THAT(svg, HasSubstr("<path d=\"M132.0 300.0L312.0 156.0L312.0 264.0L132.0 408.0Z\" "
                             "class=\"band t0\"/>"));
  EXPECT_THAT(svg, HasSubstr("x1=\"60.0\" y1=\"444.0\" x2=\"420.0\" y2=\"84.0\" class=\"level\""));
  EXPECT_THAT(svg, HasSubstr("<title>&lt;one&gt;</title>"));
  EXPECT_EQ(test::fault_of(svg), std::nullopt);
}

// The strip of bars is 40 high and ends at 500; a pixel is free between two bars.
TEST(Agreement, has_bars_as_high_as_their_counts) {
  const std::string svg = to_svg(two_points());
  EXPECT_THAT(svg, HasSubstr("<rect x=\"60.5\" y=\"460.0\" width=\"179.0\" height=\"40.0\""));
  EXPECT_THAT(svg, HasSubstr("<rect x=\"240.5\" y=\"480.0\" width=\"179.0\" height=\"20.0\""));
}

TEST(Agreement, draws_ranges_as_lines_and_shares_in_percent_where_asked) {
  Agreement agreement = two_points();
  agreement.x = {0.5, 1};
  agreement.y = {0, 1};
  agreement.spread = Spread::kLines;
  agreement.percent = true;
  agreement.points = {
      {.from = 0.5, .to = 1, .x = 0.75, .y = 0.5, .low = -0.25, .high = 0.75, .count = 3}};
  const std::string svg = to_svg(agreement);
  EXPECT_THAT(svg, HasSubstr(">100%<"));
  EXPECT_THAT(svg, HasSubstr("x1=\"240.0\" y1=\"444.0\" x2=\"240.0\" y2=\"174.0\" class=\"s0\""))
      << "what lies below the axis is cut off";
  EXPECT_THAT(svg, HasSubstr("x1=\"60.0\" y1=\"264.0\" x2=\"420.0\" y2=\"84.0\" class=\"level\""))
      << "the diagonal is where x and y are the same";
}

TEST(Agreement, leaves_out_what_is_not_there) {
  Agreement agreement = two_points();
  agreement.points[0].count = 0;
  agreement.points[1].high = std::numeric_limits<double>::quiet_NaN();
  for (const Spread spread : {Spread::kBand, Spread::kLines}) {
    agreement.spread = spread;
    const std::string svg = to_svg(agreement);
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("<path")));
    EXPECT_EQ(test::fault_of(svg), std::nullopt);
  }
}

}  // namespace
}  // namespace ag::report
