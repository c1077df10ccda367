#include "framework/train/train_step.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "framework/core/stopwatch.h"
#include "framework/train/agreement.h"
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

BatchOnDevice on_device_of(const nn::Network& network, const data::Batch& batch) {
  const at::Tensor& like = network.parameters().front().tensor;
  const auto label = [&like](const at::Tensor& labels) {
    return labels.to(like.device(), /*non_blocking=*/true);
  };
  return {batch.pictures.to(like.options(), /*non_blocking=*/true), label(batch.age),
          label(batch.gender)};
}

TrainStep::TrainStep(const StepOptions& options, comm::Communicator& communicator,
                     nn::Network& network, comm::GradientReducer& reducer,
                     optim::Optimizer& optimizer, Watchdog& watchdog)
    : options_(options),
      communicator_(communicator),
      network_(network),
      reducer_(reducer),
      optimizer_(optimizer),
      watchdog_(watchdog) {}

nn::LossResult TrainStep::forward_backward(const data::Batch& batch, std::int64_t step) {
  nn::ForwardContext context;
  context.training = true;
  context.frozen_stages = static_cast<int>(frozen_stages_at(options_.finetune, batch.epoch));
  context.real = batch.real;
  context.seed = options_.seed;
  context.epoch = batch.epoch;
  context.samples = batch.samples;
  if (options_.batchnorm != nullptr) {
    context.all_reduce_sum = [this](const at::Tensor& tensor) {
      options_.batchnorm->all_reduce_sum(tensor);
    };
  }
  watchdog_.enter(Phase::kForward, step);
  const BatchOnDevice rows = on_device_of(network_, batch);
  const nn::Prediction prediction = network_.forward(rows.pictures, context);
  nn::LossResult result = nn::compute_loss(prediction, rows.age, rows.gender, batch.real,
                                           batch.global_real, options_.loss);
  watchdog_.enter(Phase::kBackward, step);
  result.loss.backward();
  return result;
}

StepResult TrainStep::run(const data::Batch& batch, const optim::Hyper& hyper, std::int64_t step) {
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
