// A tensor of the network under the name that checkpoints, optimisers and importers know it by.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace ag::nn {

// What a tensor is, for those who treat kinds differently (no weight decay on norms and biases).
enum class TensorKind {
  kWeight,            // of a convolution [O, I/groups, kH, kW] or a linear layer [O, I]
  kBias,              // of a linear layer or a convolution [O]
  kNormWeight,        // BatchNorm's scale (gamma) [C]
  kNormBias,          // BatchNorm's shift (beta) [C]
  kRunningStatistic,  // BatchNorm's running mean or variance [C]; not trained
};

// The stage of what stands on the trunk: the head, a classifier's top.
inline constexpr int kHeadStage = -1;

struct NamedTensor {
  std::string name;   // "blocks.0.depthwise.weight", "head.age.bias", ...
  at::Tensor tensor;  // shares the network's storage: a change here is a change there
  TensorKind kind = TensorKind::kWeight;
  // How deep it lies: 0 the stem, 1 more from each block on that strides, or kHeadStage. What is
  // frozen or trained at a rate of its own when fine-tuning is told by it.
  int stage = 0;
};

}  // namespace ag::nn
