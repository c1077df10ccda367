#include "framework/core/terminal.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/environment.h"
#include "tests/support/pseudo_terminal.h"

namespace ag {
namespace {

class TerminalTest : public ::testing::Test {
 private:
  test::ScopedVariable term_{"TERM", "xterm"};
  test::ScopedVariable rank_{"OMPI_COMM_WORLD_RANK", nullptr};
};

TEST_F(TerminalTest, a_terminal_is_one_with_its_width_and_a_file_isnt) {
  const test::PseudoTerminal terminal(97);
  EXPECT_TRUE(is_terminal(terminal.stream()));
  EXPECT_EQ(terminal_columns(terminal.stream()), 97);
  std::FILE* file = std::tmpfile();
  EXPECT_FALSE(is_terminal(file));
  EXPECT_EQ(terminal_columns(file), 80);
  std::fclose(file);
}

TEST_F(TerminalTest, one_without_a_size_counts_as_80_wide_but_in_a_rank_as_a_file) {
  const test::PseudoTerminal terminal(0);
  EXPECT_TRUE(is_terminal(terminal.stream()));
  EXPECT_EQ(terminal_columns(terminal.stream()), 80);
  const test::ScopedVariable rank("OMPI_COMM_WORLD_RANK", "0");
  EXPECT_FALSE(is_terminal(terminal.stream()));
}

TEST_F(TerminalTest, one_that_takes_no_control_sequences_doesnt_count) {
  const test::ScopedVariable dumb("TERM", "dumb");
  const test::PseudoTerminal terminal(97);
  EXPECT_FALSE(is_terminal(terminal.stream()));
}

TEST(Colour, is_wanted_unless_no_color_says_something) {
  {
    const test::ScopedVariable unset("NO_COLOR", nullptr);
    EXPECT_TRUE(wants_colour());
  }
  {
    const test::ScopedVariable empty("NO_COLOR", "");
    EXPECT_TRUE(wants_colour());
  }
  const test::ScopedVariable set("NO_COLOR", "0");
  EXPECT_FALSE(wants_colour());
}

// Run under mpirun by CTest, once with a pipe behind mpirun and once with a terminal.
TEST(TerminalUnderMpirun, standard_output_counts_as_what_mpiruns_is) {
  const char* expected = std::getenv("AG_EXPECTED_COLUMNS");
  if (std::getenv("OMPI_COMM_WORLD_RANK") == nullptr || expected == nullptr) {
    GTEST_SKIP() << "not under mpirun";
  }
  const test::ScopedVariable term("TERM", "xterm");
  EXPECT_EQ(is_terminal(stdout) ? terminal_columns(stdout) : 0, std::atoi(expected));
}

}  // namespace
}  // namespace ag
