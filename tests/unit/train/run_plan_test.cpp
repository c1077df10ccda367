#include "framework/train/run_plan.h"

#include <gtest/gtest.h>

namespace ag::train {
namespace {

TEST(RunPlan, counts_steps_with_the_last_batch_that_does_not_fill) {
  TrainConfig config;
  config.epochs = 3;
  config.global_batch_size = 64;
  const RunPlan plan = plan_run(config, 130, 2);  // 64 + 64 + 2
  EXPECT_EQ(plan.global_batch, 64);
  EXPECT_EQ(plan.steps_per_epoch, 3);
  EXPECT_EQ(plan.last_step, 9);
}

TEST(RunPlan, a_ranks_batch_times_ranks_is_the_global_batch) {
  TrainConfig config;
  config.batch_size = 16;
  EXPECT_EQ(plan_run(config, 1000, 4).global_batch, 64);
}

TEST(RunPlan, a_limit_on_steps_ends_the_run_and_leaves_the_schedule_as_long_as_it_was) {
  TrainConfig config;
  config.epochs = 10;
  config.global_batch_size = 10;
  config.steps = 7;
  const RunPlan plan = plan_run(config, 50, 1);
  EXPECT_EQ(plan.last_step, 7);
  EXPECT_EQ(plan.scheduled_steps(), 50);
  config.steps = 1000;
  EXPECT_EQ(plan_run(config, 50, 1).last_step, 50);
}

}  // namespace
}  // namespace ag::train
