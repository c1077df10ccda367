// The block that MobileNets are made of: the parameters, shape and trace of a convolution with
// BatchNorm and an activation.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "framework/kernels/activation.h"
#include "framework/nn/block.h"
#include "framework/nn/padding.h"
#include "framework/nn/parameter_store.h"

namespace ag::nn {

struct ConvOptions {
  std::int64_t in = 0;  // channels
  std::int64_t out = 0;
  std::int64_t kernel = 3;  // pixels a side
  std::int64_t stride = 1;
  std::int64_t groups = 1;  // `in` makes it depthwise
  Padding padding = Padding::kSame;
};

struct BatchNormActOptions {
  double momentum = 0.9;  // share of the old running statistics kept
  double eps = 1e-3;
  bool biased_running_variance = false;  // see kernels::BnActOptions
  kernels::Activation activation = kernels::Activation::kRelu6;
};

// The same, with no activation behind the BatchNorm.
BatchNormActOptions without_activation(BatchNormActOptions options);

class ConvBnAct final : public Block {
 public:
  // Its tensors are conv_name.weight and bn_name.{weight, bias, running_mean, running_var}.
  ConvBnAct(ParameterStore& store, const std::string& conv_name, const std::string& bn_name,
            const ConvOptions& conv, const BatchNormActOptions& bn_act);

  kernels::Features forward(kernels::Features x, const ForwardContext& context) override;
  Shape describe(const Shape& input, std::vector<LayerSummary>& layers) const override;
  ValueId trace(GraphBuilder& builder, ValueId x) const override;

 private:
  std::string conv_name_, bn_name_;
  int stage_;
  ConvOptions conv_;
  BatchNormActOptions bn_act_;
  at::Tensor weight_;
  BatchNormTensors bn_;
};

}  // namespace ag::nn
