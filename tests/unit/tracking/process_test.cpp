#include "tracking/process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace ag::tracking {
namespace {

TEST(Process, this_one_lives) {
  EXPECT_EQ(process_alive(process_identity()), true);
}

TEST(Process, one_that_ended_is_dead_before_and_after_its_parent_collects_it) {
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string identity = process_identity();
    _exit(write(told[1], identity.data(), identity.size()) > 0 ? 0 : 1);
  }
  char identity[256] = {};
  ASSERT_GT(read(told[0], identity, sizeof identity - 1), 0);
  EXPECT_NE(std::string(identity), process_identity());
  siginfo_t ended{};
  waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
  EXPECT_EQ(process_alive(identity), false);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(process_alive(identity), false);
}

TEST(Process, another_process_under_the_same_number_isnt_it) {
  const std::string identity = process_identity();
  EXPECT_EQ(process_alive(identity.substr(0, identity.rfind(' ')) + " 1"), false);
}

TEST(Process, of_another_machine_cant_be_told) {
  EXPECT_EQ(process_alive("0badcafe pid:[1] 1 1"), std::nullopt);
  EXPECT_EQ(process_alive(""), std::nullopt);
}

}  // namespace
}  // namespace ag::tracking
