// A tiny experiment to sweep over, and what sweeps of it leave behind.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/train/training_fixture.h"

namespace ag::test {

class SweepTest : public TrainingTest {
 protected:
  // A run as the tracking database has it.
  struct TrackedRun {
    std::string id, name, status;
    std::int64_t epochs = 0;
    std::string config;
  };

  // Two widths by three learning rates, each trained for `epochs`; `more` is added to the file.
  void write_sweep(int epochs, const std::string& more = "") const;

  // The command line of agsweep in the test's folder, after launch/env.sh.
  std::string agsweep(const std::string& arguments) const;
  // Runs it to its end.
  Ended sweep(const std::string& arguments, double seconds = 300) const;

  // `agsweep status --json`, by the trial's id.
  std::map<std::string, nlohmann::json> status() const;
  std::vector<TrackedRun> runs() const;
  // The last value of a metric of a run, and its last checkpoint.
  double metric(const std::string& run, const std::string& name) const;
  Safetensors last_checkpoint(const std::string& run) const;

  // Processes whose command line names the test's folder, once those that end have had their time.
  std::vector<std::string> processes_left() const;

  // Trains the run's configuration undisturbed, and expects the same bits at its end.
  void expect_undisturbed_bits(const TrackedRun& run, int ranks) const;
};

}  // namespace ag::test
