#include "launch/sweep/signals.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

namespace ag::sweep {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

pid_t child_that_ends() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return child;
}

TEST(BlockedSignals, tell_which_asks_to_stop) {
  const BlockedSignals signals;
  ::raise(SIGUSR1);
  EXPECT_EQ(signals.wait(milliseconds(5000)), SIGUSR1);
  EXPECT_EQ(signals.wait(milliseconds(1)), 0);
}

TEST(BlockedSignals, wake_at_the_end_of_a_process_only_where_that_is_wanted) {
  const BlockedSignals signals;
  ::waitpid(child_that_ends(), nullptr, 0);
  const auto before = Clock::now();
  EXPECT_EQ(signals.wait(milliseconds(200)), 0);
  EXPECT_GE(Clock::now() - before, milliseconds(200));
  ::waitpid(child_that_ends(), nullptr, 0);
  EXPECT_EQ(signals.wait(milliseconds(60000), BlockedSignals::Wake::kAtEndsOfProcesses), 0);
  EXPECT_LT(Clock::now() - before, milliseconds(30000));
}

}  // namespace
}  // namespace ag::sweep
