// One step of data-parallel training: forward, backward while gradients are summed, update.
#pragma once

#include <cstdint>
#include <functional>

#include "framework/comm/communicator.h"
#include "framework/comm/gradient_reducer.h"
#include "framework/loader/batch.h"
#include "framework/nn/loss.h"
#include "framework/nn/network.h"
#include "framework/optim/hyper.h"
#include "framework/optim/optimizer.h"
#include "framework/train/watchdog.h"

namespace ag::train {

struct StepOptions {
  std::uint64_t seed = 1;
  nn::LossConfig loss;
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

  // Lets the network's first `stages` stages stand still from the next step on, and all others not.
  // The same on all ranks.
  void freeze(std::int64_t stages);
  std::int64_t frozen_stages() const { return frozen_stages_; }  // none at first

  // Step number `step` (from 1, for messages) on this rank's rows. Collective. Throws AgreedError
  // on all ranks, before the weights are touched, where the loss isn't finite.
  StepResult run(const loader::Batch& batch, const optim::Hyper& hyper, std::int64_t step);

 private:
  nn::LossResult forward_backward(const loader::Batch& batch, std::int64_t step);

  StepOptions options_;
  comm::Communicator& communicator_;
  nn::Network& network_;
  comm::GradientReducer& reducer_;
  optim::Optimizer& optimizer_;
  Watchdog& watchdog_;
  std::int64_t frozen_stages_ = 0;
};

}  // namespace ag::train
