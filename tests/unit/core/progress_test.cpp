#include "framework/core/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>

#include "framework/core/text.h"
#include "tests/support/environment.h"
#include "tests/support/pseudo_terminal.h"

namespace ag {
namespace {
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kRedraw = "\r\033[K";
constexpr auto kLivePause = std::chrono::milliseconds(100);

std::ptrdiff_t count(const std::string& text, const std::string& part) {
  std::ptrdiff_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

class ProgressTest : public ::testing::Test {
 private:
  test::ScopedVariable term_{"TERM", "xterm"};
  test::ScopedVariable colour_{"NO_COLOR", nullptr};
  test::ScopedVariable rank_{"OMPI_COMM_WORLD_RANK", nullptr};
};

// Everything that goes to a stream that isn't a terminal.
class PlainProgressTest : public ProgressTest {
 protected:
  void SetUp() override { file_ = std::tmpfile(); }
  void TearDown() override { std::fclose(file_); }
  std::string text() const {
    std::rewind(file_);
    std::string whole;
    for (int c = 0; (c = std::fgetc(file_)) != EOF;) whole += static_cast<char>(c);
    return whole;
  }
  std::FILE* file_ = nullptr;
};

TEST_F(PlainProgressTest, ends_with_one_plain_line_and_no_control_sequence) {
  Progress progress("packing", 3, file_);
  for (int i = 1; i <= 3; ++i) progress.update(i);
  progress.finish("3 pictures");
  EXPECT_THAT(text(), MatchesRegex("packing 100%  3 pictures  0:00\n"));
}

TEST_F(PlainProgressTest, says_nothing_within_ten_seconds) {
  Progress progress("packing", 100000, file_);
  for (int i = 1; i <= 100000; ++i) progress.update(i);
  progress.clear();
  EXPECT_EQ(text(), "");
}

TEST_F(ProgressTest, on_a_terminal_a_line_is_drawn_over_itself) {
  const test::PseudoTerminal terminal(100);
  Progress progress("packing", 4, terminal.stream());
  progress.update(1, "fast", ", all 1:00");
  const std::string first = terminal.take();
  EXPECT_THAT(first, StartsWith(std::string(kRedraw) + "packing \033[32m━"));
  EXPECT_THAT(first, HasSubstr("  25%  fast  -:-- left, all 1:00"));
  EXPECT_THAT(first, Not(HasSubstr("\n")));
  progress.finish();
  const std::string last = terminal.take();
  EXPECT_THAT(last, AllOf(StartsWith(kRedraw), HasSubstr(" 100%  0:00"), EndsWith("\n")));
}

TEST_F(ProgressTest, is_drawn_at_once_and_then_at_most_ten_times_a_second) {
  const test::PseudoTerminal terminal(100);
  const auto start = std::chrono::steady_clock::now();
  Progress progress("packing", 1000000, terminal.stream());
  std::string seen;
  for (int i = 1; std::chrono::steady_clock::now() - start < 3 * kLivePause; ++i) {
    progress.update(i);
    seen += terminal.take();
  }
  const auto passed = std::chrono::steady_clock::now() - start;
  EXPECT_GE(count(seen, kRedraw), 2);
  EXPECT_LE(count(seen, kRedraw), passed / kLivePause + 1);
}

TEST_F(ProgressTest, an_interrupted_line_is_ended_and_a_cleared_one_is_gone) {
  const test::PseudoTerminal terminal(100);
  { Progress("a", 2, terminal.stream()).update(1); }
  EXPECT_THAT(terminal.take(), EndsWith("left\n"));
  Progress progress("b", 2, terminal.stream());
  progress.update(1);
  progress.clear();
  EXPECT_THAT(terminal.take(), EndsWith(std::string("left") + kRedraw));
}

// On every width the line takes less than it, so that it can't wrap; what gives way first is the
// bar, then the details.
TEST_F(ProgressTest, fits_a_terminal_of_any_width) {
  const std::string details = "loss 4.310  lr 9.1e-04  11,204 img/s  data 0%  comm 1%";
  for (unsigned short columns = 1; columns <= 140; ++columns) {
    const test::PseudoTerminal terminal(columns);
    Progress progress("epoch  3/70", 100, terminal.stream());
    progress.update(58, details, ", all 9:12");
    const std::string line = terminal.take();
    EXPECT_LT(display_columns(line), columns) << line;
    if (columns >= 55) {
      EXPECT_THAT(line, HasSubstr("  58%  ")) << columns;
    }
    if (columns >= 55) {
      EXPECT_THAT(line, EndsWith("left, all 9:12")) << columns;
    }
    if (columns >= 105) {
      EXPECT_THAT(line, HasSubstr(details)) << columns;
    }
    if (columns >= 120) {
      EXPECT_EQ(count(line, "━") + count(line, "╸"), 24) << columns;
    }
  }
}

TEST_F(ProgressTest, has_no_colour_where_it_isnt_wanted) {
  const test::ScopedVariable refused("NO_COLOR", "1");
  const test::PseudoTerminal terminal(100);
  Progress progress("packing", 2, terminal.stream());
  progress.update(1);
  EXPECT_EQ(terminal.take(),
            std::string(kRedraw) + "packing ━━━━━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄  50%  -:-- left");
}

TEST_F(ProgressTest, a_dumb_terminal_gets_plain_lines) {
  const test::ScopedVariable dumb("TERM", "dumb");
  const test::PseudoTerminal terminal(100);
  Progress progress("packing", 2, terminal.stream());
  progress.update(1);
  progress.finish();
  EXPECT_EQ(terminal.take(), "packing 100%  0:00\n");
}

// Work that is taken up at 500 of 1000 has taken no time for those 500.
TEST_F(PlainProgressTest, the_time_left_goes_by_the_speed_since_the_first_update) {
  Progress progress("packing", 1000, file_);
  EXPECT_TRUE(std::isinf(progress.seconds_left()));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto first = std::chrono::steady_clock::now();
  progress.update(500);
  const auto after_first = std::chrono::steady_clock::now();
  EXPECT_TRUE(std::isinf(progress.seconds_left()));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  progress.update(600);
  using Seconds = std::chrono::duration<double>;
  const Seconds least = std::chrono::steady_clock::now() - after_first;
  const double left = progress.seconds_left();  // 400 to do, at 100 in the time since the first
  const Seconds most = std::chrono::steady_clock::now() - first;
  EXPECT_GE(left, 4 * least.count());
  EXPECT_LE(left, 4 * most.count());
}

TEST(ProgressBar, fills_in_halves) {
  EXPECT_EQ(progress_bar(0, 4, false), "┄┄┄┄");
  EXPECT_EQ(progress_bar(0.375, 4, false), "━╸┄┄");
  EXPECT_EQ(progress_bar(1, 4, false), "━━━━");
  EXPECT_EQ(progress_bar(7, 4, false), "━━━━");
  EXPECT_EQ(progress_bar(0.5, 2, true), "\033[32m━\033[90m━\033[0m");
}

}  // namespace
}  // namespace ag
