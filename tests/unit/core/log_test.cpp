#include "framework/core/log.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/environment.h"
#include "tests/support/pseudo_terminal.h"

namespace ag {
namespace {

class LogTest : public ::testing::Test {
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

 private:
  test::ScopedVariable term_{"TERM", "xterm"};
  test::ScopedVariable rank_{"OMPI_COMM_WORLD_RANK", nullptr};
};

TEST_F(LogTest, rank_0_speaks_without_a_name) {
  const auto logger = make_logger(0, file_);
  logger->info("going on with {}", "run 7f3a");
  logger->warn("slow disk");
  logger->error("no disk");
  logger->debug("not for people");
  EXPECT_EQ(text(), "going on with run 7f3a\nwarning: slow disk\nerror: no disk\n");
}

TEST_F(LogTest, other_ranks_name_themselves_and_say_what_is_wrong_alone) {
  const auto logger = make_logger(3, file_);
  logger->info("going on");
  logger->warn("slow disk");
  EXPECT_EQ(text(), "rank 3: warning: slow disk\n");
}

TEST_F(LogTest, a_live_line_is_wiped_before) {
  const test::PseudoTerminal terminal(80);
  make_logger(0, terminal.stream())->warn("slow disk");
  EXPECT_EQ(terminal.take(), "\r\033[Kwarning: slow disk\n");
}

}  // namespace
}  // namespace ag
