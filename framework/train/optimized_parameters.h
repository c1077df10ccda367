// Which parameters the optimiser moves, from which step on, how fast and with which decay.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "framework/nn/named_tensor.h"
#include "framework/optim/optimizer.h"
#include "framework/train/finetune_config.h"

namespace ag::train {

// All of `parameters`: each from the first step of the epoch in which its stage is thawed, those of
// the trunk at backbone_lr times the learning rate; of weights alone it says that they decay.
std::vector<optim::OptimizedParameter> optimized_parameters(
    const FinetuneConfig& config, std::span<const nn::NamedTensor> parameters,
    std::int64_t steps_per_epoch);

}  // namespace ag::train
