// Squeeze and excitation, with its parameters: see kernels/squeeze_excite.h.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "framework/kernels/features.h"
#include "framework/nn/graph.h"
#include "framework/nn/parameter_store.h"
#include "framework/nn/summary.h"

namespace ag::nn {

class SqueezeExcite {
 public:
  // Its tensors are name.{reduce, expand}.{weight, bias}, of 1x1 convolutions from `channels` to
  // `squeezed` and back.
  SqueezeExcite(ParameterStore& store, const std::string& name, std::int64_t channels,
                std::int64_t squeezed);

  // `x` [N, C, H, W], and so is what comes out.
  kernels::Features forward(kernels::Features x) const;

  Shape describe(const Shape& input, std::vector<LayerSummary>& layers) const;
  ValueId trace(GraphBuilder& builder, ValueId x) const;

 private:
  struct Layer {
    std::string name;
    at::Tensor weight, bias;  // [O, I, 1, 1], [O]
  };
  static Layer make_layer(ParameterStore& store, const std::string& name, std::int64_t in,
                          std::int64_t out);

  Layer reduce_, expand_;
};

}  // namespace ag::nn
