// Squeeze and excitation: each channel of each picture is weighted by a gate made of all channels'
// means.
//
//   gate = hard_sigmoid(expand(relu(reduce(mean of x over pixels)))),  y = x * gate
//
// Source: Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018; with the hard sigmoid of Howard
// et al., "Searching for MobileNetV3", ICCV 2019.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

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
  at::Tensor forward(const at::Tensor& x) const;

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
