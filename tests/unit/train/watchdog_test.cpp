#include "framework/train/watchdog.h"

#include <gmock/gmock.h>

#include <csignal>
#include <future>

#include "framework/train/stop_signal.h"
#include "tests/support/environment.h"

namespace ag::train {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr auto kLongEnough = 10s;

TEST(Watchdog, a_phase_that_lasts_too_long_is_told_once_with_rank_step_and_phase) {
  std::promise<std::string> told;
  Watchdog watchdog({.rank = 3, .ranks = 8, .limit_seconds = 0.2},
                    [&](const std::string& text) { told.set_value(text); });
  watchdog.enter(Phase::kReduce, 41);
  auto text = told.get_future();
  ASSERT_EQ(text.wait_for(kLongEnough), std::future_status::ready);
  EXPECT_THAT(text.get(),
              HasSubstr("rank 3 of 8, step 41, waiting for other ranks: nothing has moved for"));
}

TEST(Watchdog, phases_that_follow_each_other_are_no_hang) {
  bool told = false;
  {
    Watchdog watchdog({.limit_seconds = 1.5}, [&](const std::string&) { told = true; });
    for (int step = 1; step <= 10; ++step) {
      watchdog.enter(Phase::kForward, step);
      std::this_thread::sleep_for(200ms);
    }
  }
  EXPECT_FALSE(told);
}

TEST(Watchdog, after_a_stop_was_asked_for_standing_still_is_a_hang_much_sooner) {
  const StopSignals signals;
  std::promise<std::string> told;
  Watchdog watchdog({.limit_seconds = 1000, .grace_seconds = 0.3},
                    [&](const std::string& text) { told.set_value(text); });
  watchdog.enter(Phase::kReduce, 7);
  std::raise(SIGTERM);
  auto text = told.get_future();
  ASSERT_EQ(text.wait_for(kLongEnough), std::future_status::ready);
  EXPECT_THAT(text.get(), HasSubstr("SIGTERM came and nothing has moved"));
}

TEST(Watchdog, a_rank_that_is_gone_is_named_at_once) {
  std::promise<std::string> told;
  Watchdog watchdog({.rank = 0,
                     .ranks = 8,
                     .limit_seconds = 1000,
                     .lost_rank = [] { return std::optional<int>(5); }},
                    [&](const std::string& text) { told.set_value(text); });
  watchdog.enter(Phase::kReduce, 41);
  auto text = told.get_future();
  ASSERT_EQ(text.wait_for(kLongEnough), std::future_status::ready);
  EXPECT_THAT(text.get(), HasSubstr("rank 5 of 8 is gone"));
}

TEST(Watchdog, lets_mpiruns_sign_that_the_job_ends_count_from_the_start) {
  const test::ScopedVariable mpirun("OMPI_COMM_WORLD_RANK", "0");
  const StopSignals signals;
  std::raise(SIGCONT);
  EXPECT_EQ(stop_signal(), 0);  // nobody marks yet, so it may end a suspension
  const Watchdog watchdog({.limit_seconds = 1000}, [](const std::string&) {});
  std::raise(SIGCONT);
  EXPECT_EQ(stop_signal(), SIGCONT);
}

TEST(StopSignals, remember_the_signal_and_give_the_old_handlers_back) {
  {
    const StopSignals signals;
    EXPECT_EQ(stop_signal(), 0);
    std::raise(SIGUSR1);
    EXPECT_EQ(stop_signal(), SIGUSR1);
  }
  struct sigaction now {};
  sigaction(SIGUSR1, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

}  // namespace
}  // namespace ag::train
