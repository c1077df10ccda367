#include "framework/core/text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <limits>
#include <optional>
#include <vector>

#include "tests/support/environment.h"

namespace ag {
namespace {

TEST(Text, numbers_have_commas_every_three_digits) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(4384039), "4,384,039");
  EXPECT_EQ(with_thousands(-1000), "-1,000");
}

TEST(Text, durations_are_minutes_or_hours) {
  EXPECT_EQ(short_duration(7.4), "0:07");
  EXPECT_EQ(short_duration(3600 + 2 * 60 + 3), "1:02:03");
  EXPECT_EQ(short_duration(1.0 / 0.0), "-:--");
}

TEST(Text, what_is_counted_has_an_s_unless_it_is_one) {
  EXPECT_EQ(counted(0, "picture"), "0 pictures");
  EXPECT_EQ(counted(1, "picture"), "1 picture");
  EXPECT_EQ(counted(4384039, "picture"), "4,384,039 pictures");
}

TEST(Text, shares_are_percent_with_one_decimal) {
  EXPECT_EQ(percent(0), "0.0%");
  EXPECT_EQ(percent(0.612), "61.2%");
  EXPECT_EQ(percent(0.9996), "100.0%");
  EXPECT_EQ(percent(1), "100.0%");
}

TEST(Text, a_date_is_that_of_the_local_time_zone) {
  const std::time_t new_year = 1735689600;  // 2025-01-01 00:00 UTC
  {
    const test::ScopedVariable utc("TZ", "UTC0");
    ::tzset();
    EXPECT_EQ(local_date(new_year), "2025-01-01");
  }
  {
    const test::ScopedVariable west("TZ", "EST5");
    ::tzset();
    EXPECT_EQ(local_date(new_year), "2024-12-31");
  }
  ::tzset();
}

TEST(Text, a_field_of_csv_is_quoted_where_it_must_be) {
  EXPECT_EQ(csv_field("anna/2019.jpg"), "anna/2019.jpg");
  EXPECT_EQ(csv_field("ben, at home.jpg"), "\"ben, at home.jpg\"");
  EXPECT_EQ(csv_field("he said \"no\""), "\"he said \"\"no\"\"\"");
  EXPECT_EQ(csv_field("x\ny"), "\"x\ny\"");
  EXPECT_EQ(csv_field(""), "");
}

TEST(Text, the_nearest_word_mends_a_slip_and_not_another_word) {
  const std::vector<std::string> keys = {"lr", "momentum", "nesterov", "weight_decay"};
  EXPECT_EQ(nearest_word("momentun", keys), "momentum");
  EXPECT_EQ(nearest_word("wieght_decay", keys), "weight_decay");
  EXPECT_EQ(nearest_word("temperature", keys), "");
}

TEST(Text, a_number_is_all_of_a_text_and_nothing_else) {
  EXPECT_EQ(number_of<double>("0.50"), 0.5);
  EXPECT_EQ(number_of<double>("-1e-3"), -0.001);
  EXPECT_EQ(number_of<std::int64_t>("-12"), -12);
  EXPECT_EQ(number_of<double>("inf"), std::numeric_limits<double>::infinity());
  for (const char* text : {"", " 1", "1 ", "+1", "1,5", "1.5x", "one", "1e999"}) {
    EXPECT_EQ(number_of<double>(text), std::nullopt) << text;
  }
  for (const char* text : {"inf", "-inf", "nan", "1x"})
    EXPECT_EQ(finite_number_of(text), std::nullopt) << text;
  EXPECT_EQ(finite_number_of("-1.5"), -1.5);
  EXPECT_EQ(number_of<int>("1.5"), std::nullopt);
  EXPECT_EQ(number_of<int>("2147483648"), std::nullopt);  // 2^31
}

TEST(Text, columns_are_what_a_terminal_shows) {
  EXPECT_EQ(display_columns(""), 0);
  EXPECT_EQ(display_columns("epoch"), 5);
  EXPECT_EQ(display_columns("━━╸"), 3);
  EXPECT_EQ(display_columns("\r\033[Ka\033[32;1mb\033[0m"), 2);
  EXPECT_EQ(display_columns("Zoë"), 3);
  EXPECT_EQ(display_columns("Zoe\u0308"), 3);  // the same with a combining mark
  EXPECT_EQ(display_columns("年齢"), 4);
  EXPECT_EQ(display_columns("👩"), 2);
  EXPECT_EQ(display_columns("\xff\xe2\x94"), 3);  // not UTF-8
  EXPECT_EQ(display_columns("\xff\xfe"), 2);      // nor this
  EXPECT_EQ(display_columns("\xF8\x88\x80\x80"), 4);
  EXPECT_EQ(display_columns("val/age_mae"), 11);
  EXPECT_EQ(display_columns("Müller…"), 7);
  EXPECT_EQ(display_columns("⣿━"), 2);
  EXPECT_EQ(display_columns("\uFEFFa"), 1);     // a byte order mark
  EXPECT_EQ(display_columns("\uFFE5"), 2);      // full-width yen
  EXPECT_EQ(display_columns("\uFE35"), 2);      // vertical form of a parenthesis
  EXPECT_EQ(display_columns("\uFE50"), 2);      // small comma
  EXPECT_EQ(display_columns("\U0002000B"), 2);  // of CJK extension B
  EXPECT_EQ(display_columns("e\u20DD"), 1);     // in a circle
}

TEST(Text, a_cut_text_fits_and_says_that_it_was_cut) {
  EXPECT_EQ(cut_to_columns("epoch", 5), "epoch");
  EXPECT_EQ(cut_to_columns("epoch", 4), "epo…");
  EXPECT_EQ(cut_to_columns("年齢", 3), "年…");
  EXPECT_EQ(cut_to_columns("年齢", 2), "…");
  EXPECT_EQ(cut_to_columns("epoch", 1), "…");
  EXPECT_EQ(cut_to_columns("epoch", 0), "");
  EXPECT_EQ(cut_to_columns("年齢層", 4), "年…");  // half of a wide character doesn't fit
  EXPECT_EQ(cut_to_columns("a\033[32mbcd\033[0m", 3), "a\033[32mb…\033[0m");
}

}  // namespace
}  // namespace ag
