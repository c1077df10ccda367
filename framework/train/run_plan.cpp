#include "framework/train/run_plan.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "framework/core/error.h"
#include "framework/train/agreement.h"

namespace ag::train {

RunPlan plan_run(const TrainConfig& config, std::int64_t train_count, int ranks) {
  RunPlan plan;
  plan.global_batch = config.global_batch(ranks);
  plan.steps_per_epoch = (train_count + plan.global_batch - 1) / plan.global_batch;
  plan.epochs = config.epochs;
  plan.last_step = plan.scheduled_steps();
  if (config.steps) plan.last_step = std::min(plan.last_step, *config.steps);
  return plan;
}

void assert_same_plan(comm::Communicator& communicator, const RunPlan& plan) {
  const at::Tensor first =
      at::tensor({plan.global_batch, plan.steps_per_epoch, plan.last_step}, at::kLong);
  const at::Tensor own = first.clone();
  communicator.broadcast(first, 0);
  all_or_none(communicator, [&] {
    if (at::equal(first, own)) return;
    throw Error("", "this rank counts other steps than rank 0",
                "give every host the same data set (compare dataset.json)");
  });
}

}  // namespace ag::train
