#include "framework/train/train_step.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

#include "framework/core/stopwatch.h"
#include "framework/kernels/gradient_places.h"
#include "framework/train/agreement.h"
#include "framework/train/batch_on_device.h"
#include "framework/train/finetune.h"
#include "framework/train/stop_signal.h"

namespace ag::train {
namespace {

// Adds metric sums and the wish to stop up over all ranks. Counts and flags are exact in fp64.
StepResult reduce(comm::Communicator& communicator, const nn::MetricSums& own) {
  std::array<double, nn::MetricSums::kSize + 1> values{};
  std::copy(own.values.begin(), own.values.end(), values.begin());
  values.back() = stop_signal() != 0 ? 1 : 0;
  const at::Tensor tensor = at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())},
                                          at::TensorOptions(at::kDouble));
  communicator.all_reduce_sum(tensor);
  StepResult result;
  std::copy(values.begin(), values.end() - 1, result.sums.values.begin());
  result.stop_requested = values.back() > 0;
  return result;
}

}  // namespace

TrainStep::TrainStep(const StepOptions& options, comm::Communicator& communicator,
                     nn::Network& network, comm::GradientReducer& reducer,
                     optim::Optimizer& optimizer, Watchdog& watchdog)
    : options_(options),
      communicator_(communicator),
      network_(network),
      reducer_(reducer),
      optimizer_(optimizer),
      watchdog_(watchdog) {}

void TrainStep::freeze(std::int64_t stages) {
  std::vector<at::Tensor> frozen = in_first_stages(network_.parameters(), stages);
  for (const at::Tensor& statistic : in_first_stages(network_.buffers(), stages)) {
    frozen.push_back(statistic);
  }
  reducer_.freeze(frozen);
  frozen_stages_ = stages;
}

nn::LossResult TrainStep::forward_backward(const loader::Batch& batch, std::int64_t step) {
  nn::ForwardContext context;
  context.training = true;
  context.frozen_stages = static_cast<int>(frozen_stages_);
  context.real = batch.real;
  context.seed = options_.seed;
  context.epoch = batch.epoch;
  context.samples = batch.samples;
  if (options_.batchnorm != nullptr) {
    context.all_reduce_sum = [this](const at::Tensor& tensor) {
      options_.batchnorm->all_reduce_sum(tensor);
    };
  }
  const kernels::GradientPlaces places(reducer_.parameters(), reducer_.places());
  watchdog_.enter(Phase::kForward, step);
  const BatchOnDevice rows = on_device_of(network_, batch);
  const nn::Prediction prediction = network_.forward(rows.pictures, context);
  nn::LossResult result = nn::compute_loss(prediction, rows.age, rows.gender, batch.real,
                                           batch.global_real, options_.loss);
  watchdog_.enter(Phase::kBackward, step);
  result.loss.backward();
  return result;
}

StepResult TrainStep::run(const loader::Batch& batch, const optim::Hyper& hyper,
                          std::int64_t step) {
  const double waited_before = reducer_.waited_seconds();
  reducer_.begin_step();
  const nn::LossResult own = forward_backward(batch, step);
  watchdog_.enter(Phase::kReduce, step);
  reducer_.finish();
  const Stopwatch watch;
  StepResult result = reduce(communicator_, own.sums());
  result.comm_wait_seconds = reducer_.waited_seconds() - waited_before + watch.seconds();
  if (!std::isfinite(result.sums[nn::MetricSums::kLoss])) {
    throw AgreedError(fmt::format("step {}: the loss isn't finite any more; lower optimizer.lr or "
                                  "give schedule.warmup_epochs, "
                                  "and resume from the last checkpoint",
                                  step),
                      ExitCode::kFailed);
  }
  watchdog_.enter(Phase::kUpdate, step);
  optimizer_.step(hyper);
  return result;
}

}  // namespace ag::train
