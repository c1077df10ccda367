// Sweeps on a real Slurm of one node.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <thread>

#include "framework/core/atomic_file.h"
#include "tests/e2e/sweep/slurm_cluster.h"
#include "tests/e2e/sweep/sweep_fixture.h"

namespace ag::test {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SlurmSweep : public SweepTest {
 protected:
  static constexpr double kPatience = 400;  // seconds

  void SetUp() override {
    if (const auto why = SlurmCluster::why_not()) GTEST_SKIP() << *why;
    SweepTest::SetUp();
    cluster_ = std::make_unique<SlurmCluster>();
  }

  // Two ranks a trial, two trials at a time.
  void write_slurm_sweep(int epochs, const std::string& slurm = "") const {
    write_sweep(epochs,
                fmt::format("launcher:\n  name: slurm\n  ranks: 2\n  slots: 2\n  retries: 1\n"
                            "  slurm: {{setup: \". {}/launch/env.sh\"{}}}\n",
                            AG_SOURCE_DIR, slurm));
  }

  std::string queue() const { return run("squeue --noheader", folder()).output; }

  // Runs a batch script of launch/slurm, for a minute at a time, the shortest limit there is, and
  // returns its log.
  std::string run_batch(const std::string& script_and_arguments) const {
    const Ended ended =
        run(fmt::format("bash -c 'cd {0}; export AG_ENV={1}/launch/env.sh; sbatch --wait --time=1 "
                        "--ntasks=2 --signal=B:USR1@30 --output=job.out {1}/launch/slurm/{2}'",
                        folder().string(), AG_SOURCE_DIR, script_and_arguments),
            folder(), kPatience);
    std::string log = read_file(folder() / "job.out");
    EXPECT_EQ(ended.code, 0) << ended.output << log;
    return log;
  }

  // How many epochs of the tiny experiment take `ranks` ranks, with this machine for themselves, so
  // many seconds: by what a hundred take.
  int epochs_in(double seconds, int ranks) const {
    constexpr int kTried = 100;
    train(ranks, "pace", fmt::format("train.epochs={} checkpoint.every_steps=0", kTried));
    SQLite::Database database((folder() / "pace/tracking.db").string());
    const double taken =
        database.execAndGet("SELECT max(time) - min(time) FROM metric").getDouble();
    return static_cast<int>(seconds * (kTried - 1) / taken);
  }

  // Waits until a trial of the sweep that `process` submits has trained `epochs`.
  bool wait_for_epochs(const Process& process, std::int64_t epochs) const {
    if (!process.wait_for_output("job ", 60)) return false;
    for (int i = 0; i < 600; ++i) {
      for (const auto& [id, trial] : status()) {
        if (trial.at("epochs") >= epochs && trial.at("state") == "running") return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return false;
  }

  std::unique_ptr<SlurmCluster> cluster_;
};

TEST_F(SlurmSweep, runs_a_grid_as_an_array_whose_every_task_is_a_trial) {
  write_slurm_sweep(3);
  const Ended dry = sweep("run sweep.yaml --dry-run");
  EXPECT_EQ(dry.code, 0);
  EXPECT_THAT(dry.output, HasSubstr("--array=0-5%2"));
  const Ended ended = sweep("run sweep.yaml", kPatience);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("6 trials: 6 done"));
  EXPECT_THAT(runs(), SizeIs(6));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::status, "finished")));
  expect_undisturbed_bits(runs()[2], 2);
}

TEST_F(SlurmSweep, a_time_limit_in_the_middle_changes_no_bit) {
  // Slurm counts in minutes, and acts on a limit every half minute.
  const int more_than_a_minute = epochs_in(45, 2);  // of the smaller of two, side by side
  write_slurm_sweep(more_than_a_minute, ", time: \"1\", signal_seconds: 30");
  std::string yaml = read_file(folder() / "sweep.yaml");
  yaml.replace(yaml.find("[0.001, 0.002, 0.004]"), 21, "[0.001]");
  std::ofstream(folder() / "sweep.yaml") << yaml;
  const Ended ended = sweep("run sweep.yaml", 1000);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(runs(), SizeIs(2));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::epochs, more_than_a_minute)));
  bool requeued = false;
  for (const auto& file : std::filesystem::directory_iterator(folder() / "runs/sweeps/grid/logs")) {
    requeued =
        requeued || read_file(file.path()).find("the time limit is near") != std::string::npos;
  }
  EXPECT_TRUE(requeued);
  expect_undisturbed_bits(runs()[0], 2);
}

TEST_F(SlurmSweep, the_batch_script_of_one_run_goes_on_by_itself) {
  const int more_than_a_minute = epochs_in(75, 2);
  const std::string log =
      run_batch(fmt::format("train.sbatch tiny.yaml train.epochs={} checkpoint.every_steps=0 "
                            "checkpoint.keep_last=1",
                            more_than_a_minute));
  EXPECT_THAT(log, HasSubstr("goes on after step"));
  ASSERT_THAT(runs(), SizeIs(1));
  EXPECT_EQ(runs()[0].epochs, more_than_a_minute);
}

TEST_F(SlurmSweep, the_batch_script_of_a_sweep_goes_on_by_itself) {
  const int more_than_a_minute = epochs_in(30, 1);  // of a trial; two at a time, and six
  write_sweep(more_than_a_minute, "launcher: {ranks: 1, slots: 2}\n");
  const std::string log = run_batch("sweep.sbatch sweep.yaml");
  EXPECT_THAT(log, HasSubstr("agsweep resume"));  // what it said when it was stopped
  EXPECT_THAT(log, HasSubstr("6 trials: 6 done"));
  EXPECT_THAT(runs(), SizeIs(6));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::epochs, more_than_a_minute)));
  expect_undisturbed_bits(runs()[0], 1);
}

TEST_F(SlurmSweep, a_point_that_fails_stops_no_other) {
  write_slurm_sweep(2);
  const std::string yaml = read_file(folder() / "sweep.yaml");
  std::ofstream(folder() / "sweep.yaml")
      << std::string(yaml).replace(yaml.find("0.002"), 5, "1.0e+30");
  const Ended ended = sweep("run sweep.yaml", kPatience);
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("6 trials: 4 done, 2 failed"));
}

TEST_F(SlurmSweep, scancel_saves_and_resume_goes_on) {
  write_slurm_sweep(60);
  Process process(agsweep("run sweep.yaml"), folder());
  ASSERT_TRUE(wait_for_epochs(process, 3)) << process.output();
  const Ended stop = sweep("stop grid");
  EXPECT_EQ(stop.code, 0) << stop.output;
  const Ended ended = process.wait(60);
  EXPECT_EQ(ended.code, 75) << ended.output;
  EXPECT_THAT(queue(), IsEmpty());
  const Ended resumed = sweep("resume grid", kPatience);
  EXPECT_EQ(resumed.code, 0) << resumed.output;
  EXPECT_THAT(runs(), SizeIs(6));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::epochs, 60)));
  expect_undisturbed_bits(runs()[0], 2);
}

TEST_F(SlurmSweep, outlives_the_controller_and_its_own_watcher) {
  write_slurm_sweep(60);
  Process process(agsweep("run sweep.yaml"), folder());
  ASSERT_TRUE(wait_for_epochs(process, 3)) << process.output();
  cluster_->kill_controller();
  std::this_thread::sleep_for(std::chrono::seconds(8));
  cluster_->start_controller();
  process.send(SIGKILL);
  process.wait(10);
  // Trials in the queue are not submitted a second time.
  const Ended ended = sweep("resume grid", kPatience);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, Not(testing::ContainsRegex("job [0-9]+: ")));
  EXPECT_THAT(runs(), SizeIs(6));
  EXPECT_THAT(runs(), Each(Field(&TrackedRun::status, "finished")));
}

TEST_F(SlurmSweep, what_slurm_refuses_is_told_and_starts_nothing) {
  write_slurm_sweep(2, ", partition: none");
  const Ended ended = sweep("run sweep.yaml");
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("Slurm refused"));
  EXPECT_THAT(ended.output, HasSubstr("none"));
  EXPECT_THAT(queue(), IsEmpty());
  cluster_->kill_controller();
  const Ended gone = sweep("run sweep.yaml");
  EXPECT_EQ(gone.code, 2) << gone.output;
  EXPECT_THAT(gone.output, HasSubstr("controller doesn't answer"));
}

}  // namespace
}  // namespace ag::test
