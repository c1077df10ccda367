// MobileNet V2's and V3's block: expanded by a 1x1 convolution, a depthwise convolution, in V3
// squeeze and excitation, projected to few channels by a 1x1 convolution without activation, and
// the input added where shapes are the same.
//
// Sources: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018;
// Howard et al., "Searching for MobileNetV3", ICCV 2019.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/nn/conv_bn_act.h"
#include "framework/nn/squeeze_excite.h"

namespace ag::nn {

struct InvertedResidualOptions {
  std::int64_t in = 0;      // channels
  std::int64_t hidden = 0;  // of the depthwise convolution; `in` where nothing expands
  std::int64_t out = 0;
  bool expands = true;
  std::int64_t kernel = 3;  // of the depthwise convolution
  std::int64_t stride = 1;
  Padding padding = Padding::kSame;
  std::int64_t squeezed = 0;   // channels inside squeeze and excitation; 0: it has none
  BatchNormActOptions bn_act;  // of all but the projection, which has no activation
};

class InvertedResidual final : public Block {
 public:
  // Its tensors are name.{expand, expand_bn, depthwise, depthwise_bn, project, project_bn}.* and
  // name.se.{reduce, expand}.*.
  InvertedResidual(ParameterStore& store, const std::string& name,
                   const InvertedResidualOptions& options);

  kernels::Features forward(kernels::Features x, const ForwardContext& context) override;
  Shape describe(const Shape& input, std::vector<LayerSummary>& layers) const override;
  ValueId trace(GraphBuilder& builder, ValueId x) const override;

 private:
  std::string name_;
  bool adds_input_;
  std::optional<ConvBnAct> expand_;
  ConvBnAct depthwise_;
  std::optional<SqueezeExcite> squeeze_excite_;
  ConvBnAct project_;
};

}  // namespace ag::nn
