// A piece of a network's trunk: pictures' features in, features out.
#pragma once

#include <vector>

#include "framework/kernels/features.h"
#include "framework/nn/forward_context.h"
#include "framework/nn/graph.h"
#include "framework/nn/summary.h"

namespace ag::nn {

class Block {
 public:
  virtual ~Block() = default;

  virtual kernels::Features forward(kernels::Features x, const ForwardContext& context) = 0;

  // Appends its layers for an input of that shape, and returns the output's.
  virtual Shape describe(const Shape& input, std::vector<LayerSummary>& layers) const = 0;

  // Appends what it computes of `x` in evaluation, and returns the result.
  virtual ValueId trace(GraphBuilder& builder, ValueId x) const = 0;
};

}  // namespace ag::nn
