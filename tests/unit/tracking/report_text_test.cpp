// Cells, numbers and tables.
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "framework/core/text.h"
#include "tests/unit/tracking/plain_terminal.h"
#include "tracking/report/cells.h"
#include "tracking/report/number.h"
#include "tracking/report/table.h"

namespace ag::report {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    lines.push_back(text.substr(at, end - at));
  }
  EXPECT_EQ(at, text.size()) << "the last line has no end";
  return lines;
}

TEST(Cells, a_path_is_cut_in_the_middle_to_the_cells_there_are) {
  EXPECT_EQ(elide_middle("mobilenet_64_half", 11), "mobil…_half");
  EXPECT_EQ(elide_middle("mobilenet", 2), "…t");
  EXPECT_EQ(elide_middle("mobilenet", 1), "…");
  EXPECT_EQ(elide_middle("mobilenet", -3), "");
  EXPECT_EQ(elide_middle("mobilenet", 9), "mobilenet");
}

TEST(Cells, padding_counts_cells_and_not_bytes) {
  EXPECT_EQ(pad_right("ü", 3), "ü  ");
  EXPECT_EQ(pad_left("日", 3), " 日");
  EXPECT_EQ(pad_left("long", 2), "long");
}

TEST(Number, has_four_digits_that_say_something) {
  EXPECT_EQ(short_number(7.50312), "7.503");
  EXPECT_EQ(short_number(0.79849), "0.7985");
  EXPECT_EQ(short_number(112.04), "112.0");
  EXPECT_EQ(short_number(11204.4), "11,204");
  EXPECT_EQ(short_number(-4384039.0), "-4,384,039");
  EXPECT_EQ(short_number(0.00091), "9.1e-04");
  EXPECT_EQ(short_number(20), "20");
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(std::nan("")), "nan");
  EXPECT_EQ(short_number(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(Number, of_a_row_share_their_decimals) {
  using Values = std::vector<std::optional<double>>;
  EXPECT_THAT(alike(Values{7.5, 12.424}), ElementsAre("7.50", "12.42"));
  EXPECT_THAT(alike(Values{0.5, std::nullopt, 0.79849}), ElementsAre("0.5000", "", "0.7985"));
  EXPECT_THAT(alike(Values{1084.6, 155.2}), ElementsAre("1,085", "155"));
  EXPECT_THAT(alike(Values{1e-5, 2.25e-4}), ElementsAre("1.00e-05", "2.25e-04"));
  EXPECT_THAT(alike(Values{3, 20}), ElementsAre("3", "20"));
  EXPECT_THAT(alike(Values{std::nan(""), 1.25}), ElementsAre("nan", "1.250"));
  EXPECT_THAT(alike(Values{}), ElementsAre());
}

TEST(Number, for_programs_is_read_back_as_it_was) {
  for (const double value : {0.1, 1.0 / 3, 7.503125, 1e-300, -4384039.0}) {
    EXPECT_EQ(std::strtod(exact_number(value).c_str(), nullptr), value);
  }
}

Table runs_table() {
  Table table;
  table.columns = {{"run"},
                   {"name", Align::kLeft, 8},
                   {"took", Align::kRight, 0, 2},
                   {"ranks", Align::kRight, 0, 1},
                   {"val/age_mae", Align::kRight}};
  table.rows = {{{{"7f3a"}, {"mobilenet_64"}, {"0:07"}, {"2"}, {"7.50"}}},
                {{{"91bc"}, {"mobilenet_64_half"}, {"12:03"}, {"16"}, {"12.42"}}}};
  return table;
}

TEST(Table, lines_up_its_columns) {
  EXPECT_THAT(lines_of(to_text(runs_table(), kPlain)),
              ElementsAre("run   name                took  ranks  val/age_mae",
                          "7f3a  mobilenet_64        0:07      2         7.50",
                          "91bc  mobilenet_64_half  12:03     16        12.42"));
}

TEST(Table, cuts_what_may_be_cut_first_then_leaves_out_what_it_can_do_without) {
  EXPECT_THAT(lines_of(to_text(runs_table(), {.columns = 44, .colour = false})),
              ElementsAre("run   name          took  ranks  val/age_mae",
                          "7f3a  mobil…et_64   0:07      2         7.50",
                          "91bc  mobil…_half  12:03     16        12.42"));
  EXPECT_THAT(
      lines_of(to_text(runs_table(), {.columns = 37, .colour = false})),
      ElementsAre("run   name         ranks  val/age_mae", "7f3a  mobil…et_64      2         7.50",
                  "91bc  mobil…_half     16        12.42", "no room for: took"));
}

TEST(Table, never_is_wider_than_the_terminal_while_its_columns_allow_it) {
  for (int columns = 27; columns < 80; ++columns) {
    for (const std::string& line :
         lines_of(to_text(runs_table(), {.columns = columns, .colour = false}))) {
      EXPECT_LE(display_columns(line), columns) << line;
    }
  }
}

TEST(Table, a_whole_cell_is_never_cut) {
  Table table = runs_table();
  table.rows[1].cells[1].whole = true;
  const std::string text = to_text(table, {.columns = 30, .colour = false});
  EXPECT_THAT(text, HasSubstr("mobilenet_64_half"));
}

TEST(Table, too_wide_for_cutting_is_told_in_parts_that_begin_alike) {
  Table table;
  table.key_columns = 1;
  table.columns = {
      {"metric"}, {"aaaa", Align::kRight}, {"bbbb", Align::kRight}, {"cccc", Align::kRight}};
  table.rows = {
      {{{"loss"}, {"1"}, {"2"}, {"3"}}}, {{{"accuracy"}}, true}, {{{"val"}, {"4"}, {"5"}, {"6"}}}};
  EXPECT_THAT(
      lines_of(to_text(table, {.columns = 19, .colour = false})),
      ElementsAre("metric  aaaa  bbbb", "loss       1     2", "", "accuracy", "val        4     5",
                  "", "metric  cccc", "loss       3", "", "accuracy", "val        6"));
  EXPECT_THAT(lines_of(to_text(table, {.columns = 3, .colour = false})).size(), 17u)
      << "one column a part, however narrow the terminal";
}

TEST(Table, colours_only_where_there_are_colours_and_keeps_the_layout) {
  Table table = runs_table();
  table.rows[0].cells[4].tone = Tone::kGood;
  const std::string plain = to_text(table, kPlain);
  EXPECT_THAT(plain, Not(HasSubstr("\033")));
  std::string stripped = to_text(table, {.columns = 0, .colour = true});
  EXPECT_THAT(stripped, HasSubstr("\033[1;32m       7.50\033[0m"));
  for (std::size_t at; (at = stripped.find('\033')) != std::string::npos;) {
    stripped.erase(at, stripped.find('m', at) - at + 1);
  }
  EXPECT_EQ(stripped, plain);
}

TEST(Table, as_csv_quotes_what_needs_it) {
  Table table;
  table.columns = {{"a"}, {"b,c"}};
  table.rows = {{{{"1"}, {"he said \"no\""}}}, {{{"a heading"}}, true}, {{{"x\ny"}, {""}}}};
  EXPECT_EQ(to_csv(table), "a,\"b,c\"\n1,\"he said \"\"no\"\"\"\n\"x\ny\",\n");
}

}  // namespace
}  // namespace ag::report
