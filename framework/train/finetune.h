// How a trained trunk is adapted: stages that stand still at first or for good, and a learning rate
// of its own.
//
// A network's stages are told by NamedTensor::stage: 0 is the stem, and every block that strides
// begins the next. What is frozen is a function of the epoch alone, so that ranks agree on it and a
// resumed run goes on with it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/config/visitor.h"
#include "framework/nn/named_tensor.h"
#include "framework/optim/optimizer.h"

namespace ag::train {

// The `finetune` section of an experiment.
struct FinetuneConfig {
  std::int64_t frozen_stages = 0;  // the first ones; their BatchNorms' statistics stand still too
  double backbone_lr = 1;          // the trunk's learning rate over the head's
  std::optional<std::int64_t> unfreeze_epoch;  // epochs that pass before the first is thawed
  std::int64_t unfreeze_every = 0;             // epochs between two stages; 0: all at once

  void visit(config::Visitor& v);
};

// How many of the first stages stand still in `epoch`, counted from 0.
std::int64_t frozen_stages_at(const FinetuneConfig& config, std::int64_t epoch);

// The same for people: "the trunk's first 3 stages stand still".
std::string frozen_text(std::int64_t stages);

// Throws a usage error where more stages are to be frozen than the network has.
void check_stages(const FinetuneConfig& config, std::span<const nn::NamedTensor> parameters);

// Those of `tensors` that lie in the first `stages` stages.
std::vector<at::Tensor> in_first_stages(std::span<const nn::NamedTensor> tensors,
                                        std::int64_t stages);

// The parameters as the optimiser moves them: each from the first step of the epoch in which its
// stage is thawed, those of the trunk at backbone_lr times the learning rate.
std::vector<optim::OptimizedParameter> optimized(const FinetuneConfig& config,
                                                 std::span<const nn::NamedTensor> parameters,
                                                 std::int64_t steps_per_epoch);

}  // namespace ag::train
