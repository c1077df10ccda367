// Features to logits in a family's original form: global average pooling, in V3 and V4 a layer that
// the paper calls its efficient last stage, dropout, one linear layer.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "framework/kernels/features.h"
#include "framework/nn/conv_bn_act.h"
#include "framework/nn/parameter_store.h"
#include "framework/nn/summary.h"

namespace ag::nn {

// What stands between the pooled features and the logits.
enum class TopKind {
  kNothing,    // V1, V2
  kHardSwish,  // V3: a 1x1 convolution with bias, and hard-swish
  kNormRelu,   // V4: a 1x1 convolution, BatchNorm and ReLU
};

struct ClassifierTopOptions {
  TopKind kind = TopKind::kNothing;
  std::int64_t features = 0;  // channels that come in
  std::int64_t hidden = 0;    // of what stands between
  std::int64_t classes = 1000;
  double dropout = 0;
  BatchNormActOptions bn_act;  // V4's
};

class ClassifierTop {
 public:
  // Its tensors are top.logits.{weight, bias}; V3's also top.hidden.{weight, bias}, V4's
  // top.hidden.weight and top.bn.*.
  ClassifierTop(ParameterStore& store, const ClassifierTopOptions& options);

  // `features` [N, C, H, W]; returns [N, classes].
  at::Tensor forward(kernels::Features features, const ForwardContext& context);

  void describe(const Shape& input, std::vector<LayerSummary>& layers) const;

 private:
  double dropout_;
  std::optional<ConvBnAct> norm_relu_;
  at::Tensor hidden_weight_, hidden_bias_;  // [O, I, 1, 1], [O]; undefined but in V3
  at::Tensor weight_, bias_;                // [classes, I], [classes]
};

}  // namespace ag::nn
