// Sweeps on this machine: what is done is done once, whatever interrupts it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "tests/e2e/sweep/sweep_fixture.h"

namespace ag::test {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class LocalSweep : public SweepTest {};

TEST_F(LocalSweep, trains_every_point_once_and_reports_what_agtrack_knows) {
  write_sweep(2);
  const Ended first = sweep("run sweep.yaml");
  ASSERT_EQ(first.code, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("6 trials: 6 done"));
  EXPECT_THAT(runs(), SizeIs(6));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::status, "finished")));

  const Ended again = sweep("run sweep.yaml", 30);
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_THAT(runs(), SizeIs(6));

  const Ended csv = sweep("report grid --csv");
  ASSERT_EQ(csv.code, 0) << csv.output;
  for (const TrackedRun& run : runs()) {
    EXPECT_THAT(csv.output, HasSubstr(run.id));
    EXPECT_THAT(csv.output, HasSubstr(fmt::format("{}", metric(run.id, "val/age_mae"))));
  }
  EXPECT_EQ(sweep("report grid --html page.html").code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder() / "page.html"));
  const Ended text = sweep("report sweep.yaml");
  EXPECT_EQ(text.code, 0) << text.output;
  EXPECT_THAT(text.output, HasSubstr("best: "));
}

TEST_F(LocalSweep, a_point_that_fails_is_tried_again_and_stops_no_other) {
  std::ofstream(folder() / "sweep.yaml")
      << "name: grid\nbase: tiny.yaml\nlauncher: {retries: 2}\nparameters:\n"
         "  optimizer.lr: {values: [0.001, 1.0e+30, 0.002]}\nset: {train.epochs: 2}\n";
  const Ended with_a_failure = sweep("run sweep.yaml");
  EXPECT_EQ(with_a_failure.code, 1) << with_a_failure.output;
  EXPECT_THAT(with_a_failure.output, HasSubstr("3 trials: 2 done, 1 failed"));
  EXPECT_THAT(with_a_failure.output, HasSubstr("the loss isn't finite"));
  int failed = 0;
  for (const auto& [id, trial] : status()) {
    if (trial.at("state") != "failed") continue;
    ++failed;
    EXPECT_EQ(trial.at("failures"), 3);
  }
  EXPECT_EQ(failed, 1);
  EXPECT_THAT(runs(), SizeIs(3));
}

TEST_F(LocalSweep, stops_on_request_and_goes_on_to_the_same_bits) {
  write_sweep(20, "launcher: {ranks: 2, slots: 1}\n");
  Process process(agsweep("run sweep.yaml"), folder());
  ASSERT_TRUE(process.wait_for_output("done", 120)) << process.output();
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_THAT(sweep("run sweep.yaml").output, HasSubstr("is being run already"));
  process.send(SIGINT);
  const Ended stopped = process.wait(60);
  EXPECT_EQ(stopped.code, 75) << stopped.output;
  EXPECT_THAT(stopped.output, HasSubstr("go on with: agsweep resume"));
  EXPECT_THAT(processes_left(), IsEmpty());

  const Ended resumed = sweep("resume grid");
  EXPECT_EQ(resumed.code, 0) << resumed.output;
  EXPECT_THAT(runs(), SizeIs(6));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::epochs, 20)));
  expect_undisturbed_bits(runs()[1], 2);
}

TEST_F(LocalSweep, stops_the_points_that_fall_behind) {
  constexpr int kEpochs = 120;
  write_sweep(kEpochs,
              "early_terminate: {type: asha, min_epochs: 2, factor: 3}\nlauncher: {slots: 2}\n");
  const Ended ended = sweep("run sweep.yaml");
  EXPECT_EQ(ended.code, 0) << ended.output;
  int done = 0, pruned = 0;
  for (const auto& [id, trial] : status()) {
    done += trial.at("state") == "done" ? 1 : 0;
    pruned += trial.at("state") == "pruned" ? 1 : 0;
    EXPECT_TRUE(trial.at("state") == "done" || trial.at("epochs") < kEpochs * 2 / 3) << trial;
  }
  EXPECT_EQ(done + pruned, 6);
  EXPECT_GE(done, 1);
  EXPECT_GE(pruned, 2);
  // What was stopped isn't taken up again.
  EXPECT_EQ(sweep("resume grid", 30).code, 0);
  EXPECT_THAT(sweep("report grid").output, HasSubstr("pruned"));
}

class KilledSweep : public SweepTest {};

TEST_F(KilledSweep, at_twenty_random_moments_has_every_point_once_and_leaves_no_process) {
  write_sweep(60, "launcher: {ranks: 2, slots: 2, retries: 0}\n");
  std::mt19937 draw(std::random_device{}());
  std::uniform_int_distribution<int> milliseconds(50, 4000);
  for (int i = 0; i < 20; ++i) {
    Process process(agsweep(i == 0 ? "run sweep.yaml" : "resume grid"), folder());
    if (i == 0) process.wait_for_output("sweep grid", 60);
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(draw)));
    process.send(SIGKILL);
    process.wait(10);
  }
  const Ended ended = sweep("resume grid", 600);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(processes_left(), IsEmpty());
  EXPECT_THAT(runs(), SizeIs(6));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::status, "finished")));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::epochs, 60)));
  expect_undisturbed_bits(runs()[0], 2);
  expect_undisturbed_bits(runs()[5], 2);
}

}  // namespace
}  // namespace ag::test
