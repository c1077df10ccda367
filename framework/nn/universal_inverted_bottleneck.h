// MobileNet V4's block: an inverted bottleneck with up to two depthwise convolutions, one before
// the expansion and one inside; the input is added where shapes are the same.
//
// Source: Qin et al., "MobileNetV4: Universal Models for the Mobile Ecosystem", ECCV 2024.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/nn/conv_bn_act.h"

namespace ag::nn {

struct UniversalInvertedBottleneckOptions {
  std::int64_t in = 0;  // channels
  std::int64_t hidden = 0;
  std::int64_t out = 0;
  std::int64_t start_kernel = 0;   // of the depthwise convolution before; 0: there is none
  std::int64_t middle_kernel = 0;  // of the one inside; 0: there is none
  std::int64_t stride = 1;         // of the one inside, else of the one before
  Padding padding = Padding::kSymmetric;
  // Of expansion and inside; what is before and behind has no activation.
  BatchNormActOptions bn_act;
};

class UniversalInvertedBottleneck final : public Block {
 public:
  // Its tensors are name.{start, start_bn, expand, expand_bn, depthwise, depthwise_bn, project,
  // project_bn}.*.
  UniversalInvertedBottleneck(ParameterStore& store, const std::string& name,
                              const UniversalInvertedBottleneckOptions& options);

  kernels::Features forward(kernels::Features x, const ForwardContext& context) override;
  Shape describe(const Shape& input, std::vector<LayerSummary>& layers) const override;
  ValueId trace(GraphBuilder& builder, ValueId x) const override;

 private:
  std::string name_;
  bool adds_input_;
  std::optional<ConvBnAct> start_;
  ConvBnAct expand_;
  std::optional<ConvBnAct> depthwise_;
  ConvBnAct project_;
};

}  // namespace ag::nn
