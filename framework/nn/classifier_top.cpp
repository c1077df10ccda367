#include "framework/nn/classifier_top.h"

#include <utility>

#include "framework/kernels/average_pool.h"
#include "framework/kernels/dense.h"
#include "framework/nn/dropout.h"

namespace ag::nn {

ClassifierTop::ClassifierTop(ParameterStore& store, const ClassifierTopOptions& options)
    : dropout_(options.dropout) {
  if (options.kind == TopKind::kHardSwish) {
    hidden_weight_ = store.weight("top.hidden.weight", {options.hidden, options.features, 1, 1});
    hidden_bias_ = store.bias("top.hidden.bias", options.hidden);
  }
  if (options.kind == TopKind::kNormRelu) {
    norm_relu_.emplace(store, "top.hidden", "top.bn",
                       ConvOptions{.in = options.features, .out = options.hidden, .kernel = 1},
                       options.bn_act);
  }
  const std::int64_t in = options.kind == TopKind::kNothing ? options.features : options.hidden;
  weight_ = store.weight("top.logits.weight", {options.classes, in});
  bias_ = store.bias("top.logits.bias", options.classes);
}

at::Tensor ClassifierTop::forward(kernels::Features features, const ForwardContext& context) {
  at::Tensor x = kernels::average_pool(std::move(features)).to(weight_.scalar_type());
  if (norm_relu_) {
    const at::Tensor one_pixel = x.unsqueeze(2).unsqueeze(3);
    x = norm_relu_->forward(one_pixel, context).value().flatten(1);
  }
  if (hidden_weight_.defined()) {
    x = at::hardswish(kernels::dense(x, hidden_weight_.flatten(1), hidden_bias_));
  }
  return kernels::dense(dropout(x, dropout_, context), weight_, bias_);
}

void ClassifierTop::describe(const Shape& input, std::vector<LayerSummary>& layers) const {
  layers.push_back({.name = "top.pool",
                    .kind = "average",
                    .output = {.channels = input.channels},
                    .kept = input.channels});
  if (norm_relu_) norm_relu_->describe({.channels = input.channels}, layers);
  if (hidden_weight_.defined()) {
    const std::int64_t outputs = hidden_bias_.numel();
    layers.push_back({.name = "top.hidden",
                      .kind = "dense, hard_swish",
                      .output = {.channels = outputs},
                      .trainable = hidden_weight_.numel() + outputs,
                      .macs = hidden_weight_.numel(),
                      .kept = 2 * outputs});
  }
  const std::int64_t classes = bias_.numel();
  layers.push_back({.name = "top.logits",
                    .kind = "dense",
                    .output = {.channels = classes},
                    .trainable = weight_.numel() + classes,
                    .macs = weight_.numel(),
                    .kept = classes});
}

}  // namespace ag::nn
