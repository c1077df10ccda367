// How a trained trunk is adapted: which of its stages stand still at first or for good.
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

#include "framework/nn/named_tensor.h"
#include "framework/train/finetune_config.h"

namespace ag::train {

// The epoch, from 0, in which a parameter of `stage` is trained for the first time; none: never.
std::optional<std::int64_t> first_epoch(const FinetuneConfig& config, int stage);

// How many of the first stages stand still in `epoch`, counted from 0.
std::int64_t frozen_stages_at(const FinetuneConfig& config, std::int64_t epoch);

// The same for people: "the trunk's first 3 stages stand still".
std::string frozen_text(std::int64_t stages);

// Throws a usage error where more stages are to be frozen than the network has.
void check_stages(const FinetuneConfig& config, std::span<const nn::NamedTensor> parameters);

// Those of `tensors` that lie in the first `stages` stages.
std::vector<at::Tensor> in_first_stages(std::span<const nn::NamedTensor> tensors,
                                        std::int64_t stages);

}  // namespace ag::train
