// The `model` section of an experiment: which network, and its sizes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "framework/config/visitor.h"

namespace ag::nn {

inline constexpr int kSmallestInput = 32;  // pixels a side, for every network

struct ModelConfig {
  std::string name = "mobilenet_v1";
  // Whose form of the network: "keras", "torchvision" or "timm"; unset: the family's first, which
  // is keras wherever Keras has it. What it decides stands in flavour.h.
  std::optional<std::string> flavour;
  double width = 1.0;                 // multiplies the channels of every convolution, (0, 2]
  std::int64_t depth_multiplier = 1;  // outputs of each depthwise filter, 1 or more; V1 alone
  double dropout = 0.5;               // share of the pooled features dropped in training, [0, 1)
  std::int64_t hidden = 1024;         // units of the dense layer before the two heads
  std::string init = "glorot";        // how fresh weights begin: see Initialization
  // Share of BatchNorm's old running statistics kept in a step, [0, 1); unset: the flavour's own.
  std::optional<double> bn_momentum;
  std::optional<std::string> weights;  // a file with the weights to begin with; unset: fresh ones

  void visit(config::Visitor& v);
};

}  // namespace ag::nn
