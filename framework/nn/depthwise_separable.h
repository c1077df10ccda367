// MobileNet V1's block: a depthwise convolution, then a pointwise one, each with BatchNorm and
// activation.
//
// Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
// Applications", 2017.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/nn/conv_bn_act.h"

namespace ag::nn {

struct DepthwiseSeparableOptions {
  std::int64_t in = 0;  // channels
  std::int64_t out = 0;
  std::int64_t depth_multiplier = 1;  // outputs of the depthwise convolution for each input
  std::int64_t stride = 1;            // of the depthwise convolution
  Padding padding = Padding::kSame;
  BatchNormActOptions bn_act;  // of both
};

class DepthwiseSeparable final : public Block {
 public:
  // Its tensors are name.{depthwise, depthwise_bn, pointwise, pointwise_bn}.*.
  DepthwiseSeparable(ParameterStore& store, const std::string& name,
                     const DepthwiseSeparableOptions& options);

  kernels::Features forward(kernels::Features x, const ForwardContext& context) override;
  Shape describe(const Shape& input, std::vector<LayerSummary>& layers) const override;
  ValueId trace(GraphBuilder& builder, ValueId x) const override;

 private:
  ConvBnAct depthwise_, pointwise_;
};

}  // namespace ag::nn
