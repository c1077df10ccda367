// One step of data-parallel training: forward, backward while gradients are summed, update.
#pragma once

#include <cstdint>
#include <functional>

#include "framework/comm/communicator.h"
#include "framework/comm/gradient_reducer.h"
#include "framework/data/batch.h"
#include "framework/nn/loss.h"
#include "framework/nn/network.h"
#include "framework/optim/hyper.h"
#include "framework/optim/optimizer.h"
#include "framework/train/finetune.h"
#include "framework/train/watchdog.h"

namespace ag::train {

struct StepOptions {
  std::uint64_t seed = 1;
  nn::LossConfig loss;
  FinetuneConfig finetune;
  // Set: BatchNorm is synchronised over its ranks. Another communicator than the one that gradients
  // are summed by.
  comm::Communicator* batchnorm = nullptr;
};

struct StepResult {
  nn::MetricSums sums;          // over all ranks' real rows
  bool stop_requested = false;  // by a signal on any rank; the same on all ranks
  double comm_wait_seconds = 0;
};

// Works on parts that it doesn't own. One thread.
class TrainStep {
 public:
  TrainStep(const StepOptions& options, comm::Communicator& communicator, nn::Network& network,
            comm::GradientReducer& reducer, optim::Optimizer& optimizer, Watchdog& watchdog);

  // Step number `step` (from 1, for messages) on this rank's rows. Collective. Throws AgreedError
  // on all ranks, before the weights are touched, where the loss isn't finite.
  StepResult run(const data::Batch& batch, const optim::Hyper& hyper, std::int64_t step);

 private:
  nn::LossResult forward_backward(const data::Batch& batch, std::int64_t step);

  StepOptions options_;
  comm::Communicator& communicator_;
  nn::Network& network_;
  comm::GradientReducer& reducer_;
  optim::Optimizer& optimizer_;
  Watchdog& watchdog_;
};

// A batch's tensors where the network is, the pictures in its number type.
struct BatchOnDevice {
  at::Tensor pictures;
  at::Tensor age;
  at::Tensor gender;
};

// Copies to a GPU go on beside what the caller does next: `batch` must stay as it is until
// something computed from it has been read back.
BatchOnDevice on_device_of(const nn::Network& network, const data::Batch& batch);

}  // namespace ag::train
