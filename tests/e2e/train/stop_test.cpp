// Stopping on request, and what happens when a rank dies.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/train/training_fixture.h"

namespace ag::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Stop : public TrainingTest {
 protected:
  static constexpr const char* kLong =
      "train.epochs=100000 checkpoint.every_steps=0 checkpoint.keep_last=2";
  static constexpr double kPatience = 60;  // seconds

  // A long run that has trained a few epochs.
  std::unique_ptr<Process> start(int ranks, const std::string& settings = "") const {
    auto process = std::make_unique<Process>(
        command(ranks, "run", std::string(kLong) + " " + settings), folder());
    EXPECT_TRUE(process->wait_for_output("epoch      3/", kPatience)) << process->output();
    return process;
  }

  std::vector<pid_t> rank_processes(const Process& mpirun) const {
    std::FILE* list = ::popen(fmt::format("pgrep -P {}", mpirun.pid()).c_str(), "r");
    std::vector<pid_t> pids;
    for (int pid = 0; std::fscanf(list, "%d", &pid) == 1;) pids.push_back(pid);
    ::pclose(list);
    return pids;
  }

  // False for one that has ended and isn't reaped yet.
  static bool runs(pid_t pid) {
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("State:")) return line.find('Z') == std::string::npos;
    }
    return false;
  }

  // mpirun may end a moment before the ranks that it has killed have given back their memory.
  static bool ends_soon(pid_t pid) {
    for (int tries = 0; tries < 100 && runs(pid); ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return !runs(pid);
  }

  // The run can be taken up: its newest checkpoint is whole and the next epoch follows.
  void expect_to_go_on() const {
    const Ended ended =
        run(command(2, "run", std::string(kLong) + " --resume auto train.steps=1"), folder());
    EXPECT_EQ(ended.code, 0) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr("goes on after step"));
    EXPECT_THAT(ended.output, ::testing::Not(HasSubstr("warning")));
  }
};

TEST_F(Stop, sigusr1_to_mpirun_saves_and_every_rank_and_mpirun_answer_75) {
  const auto process = start(2);
  process->send(SIGUSR1);
  const Ended ended = process->wait(kPatience);
  EXPECT_EQ(ended.code, 75) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("stopped on request"));
  expect_to_go_on();
}

TEST_F(Stop, sigterm_to_mpirun_saves) {
  const auto process = start(2);
  process->send(SIGTERM);
  const Ended ended = process->wait(kPatience);
  EXPECT_NE(ended.code, 0);
  EXPECT_THAT(ended.output, HasSubstr("stopped on request"));
  expect_to_go_on();
}

TEST_F(Stop, control_c_saves) {
  const auto process = start(2);
  process->send(SIGINT);
  const Ended ended = process->wait(kPatience);
  EXPECT_NE(ended.code, 0);
  EXPECT_THAT(ended.output, HasSubstr("stopped on request"));
  expect_to_go_on();
}

TEST_F(Stop, a_stop_in_the_middle_gives_the_same_bits_when_taken_up) {
  const auto process = start(2);
  process->send(SIGUSR1);
  EXPECT_EQ(process->wait(kPatience).code, 75);
  // Where it stopped is chance; both go on to the same step.
  const Ended taken_up =
      run(command(2, "run", std::string(kLong) + " --resume auto train.steps=600"), folder());
  ASSERT_EQ(taken_up.code, 0) << taken_up.output;
  const Ended whole = run(command(2, "whole", std::string(kLong) + " train.steps=600"), folder());
  ASSERT_EQ(whole.code, 0) << whole.output;
  EXPECT_THAT(different_tensors(checkpoint("run", 600), checkpoint("whole", 600)), IsEmpty());
}

TEST_F(Stop, a_rank_killed_with_9_takes_all_down_with_a_message) {
  const auto process = start(2);
  const std::vector<pid_t> ranks = rank_processes(*process);
  ASSERT_EQ(ranks.size(), 2u);
  ::kill(ranks.back(), SIGKILL);
  const Ended ended = process->wait(kPatience);
  EXPECT_NE(ended.code, 0);
  EXPECT_FALSE(ended.hung) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("agtrain: rank 1 of 2 is gone"));
  EXPECT_THAT(ended.output, HasSubstr("rank 0, step "));
  for (const pid_t rank : ranks) EXPECT_TRUE(ends_soon(rank)) << "rank " << rank << " is left over";
}

TEST_F(Stop, a_rank_that_stands_still_takes_all_down_with_its_place) {
  const auto process = start(2, "train.hang_timeout_seconds=3");
  const std::vector<pid_t> ranks = rank_processes(*process);
  ASSERT_EQ(ranks.size(), 2u);
  ::kill(ranks.back(), SIGSTOP);
  const Ended ended = process->wait(kPatience);
  ::kill(ranks.back(), SIGCONT);
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("agtrain: rank 0 of 2, step "));
  EXPECT_THAT(ended.output, HasSubstr("nothing has moved for"));
}

TEST_F(Stop, eight_ranks_share_two_cores_and_say_so_once) {
  const Ended ended = run(command(8, "run", ""), folder());
  EXPECT_EQ(ended.code, 0) << ended.output;
  const std::size_t first = ended.output.find("oversubscribed");
  if (::sysconf(_SC_NPROCESSORS_ONLN) >= 8)
    GTEST_SKIP() << "this machine has a core for each of the eight ranks";
  EXPECT_NE(first, std::string::npos) << ended.output;
  EXPECT_EQ(ended.output.find("oversubscribed", first + 1), std::string::npos) << ended.output;
}

}  // namespace
}  // namespace ag::test
