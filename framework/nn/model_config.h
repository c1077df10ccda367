// The `model` section of an experiment: which network, and its sizes.
#pragma once

#include <cstdint>
#include <string>

#include "framework/config/visitor.h"

namespace ag::nn {

struct ModelConfig {
  std::string name = "mobilenet_v1";
  double width = 1.0;           // multiplies the channels of every convolution, (0, 2]
  double dropout = 0.5;         // share of the pooled features dropped in training, [0, 1)
  std::int64_t hidden = 1024;   // units of the dense layer before the two heads
  std::string init = "glorot";  // how weights begin: see Initialization
  double bn_momentum = 0.9;  // share of BatchNorm's old running statistics kept in a step, [0, 1)

  void visit(config::Visitor& v);
};

}  // namespace ag::nn
