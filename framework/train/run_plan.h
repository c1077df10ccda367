// The sizes of a run, counted once and the same on all ranks.
#pragma once

#include <cstdint>

#include "framework/comm/communicator.h"
#include "framework/train/experiment.h"

namespace ag::train {

struct RunPlan {
  std::int64_t global_batch = 0;     // pictures in a step over all ranks
  std::int64_t steps_per_epoch = 0;  // the last one may not be full
  std::int64_t epochs = 0;
  // The run ends after it: epochs * steps_per_epoch, or train.steps where that is less.
  std::int64_t last_step = 0;

  // What the learning rate's schedule spans: all epochs, whether or not train.steps ends the run
  // before.
  std::int64_t scheduled_steps() const { return epochs * steps_per_epoch; }
};

// `train_count` pictures, `ranks` ranks.
RunPlan plan_run(const TrainConfig& config, std::int64_t train_count, int ranks);

// Throws Error on all ranks where they don't count the same (other data sets on other hosts).
// Collective.
void assert_same_plan(comm::Communicator& communicator, const RunPlan& plan);

}  // namespace ag::train
