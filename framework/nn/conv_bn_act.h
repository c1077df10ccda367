// A convolution, BatchNorm and an activation: what MobileNets are made of.
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
  // What comes before has padded the end already (see BatchNormActOptions::pad_end).
  bool input_is_padded = false;
};

struct BatchNormActOptions {
  double momentum = 0.9;  // share of the old running statistics kept
  double eps = 1e-3;
  bool biased_running_variance = false;  // see kernels::BnActOptions
  kernels::Activation activation = kernels::Activation::kRelu6;
  // Rows and columns of zeros added to the output for the next convolution.
  std::int64_t pad_end = 0;
};

// The same, with no activation behind the BatchNorm.
BatchNormActOptions without_activation(BatchNormActOptions options);

class ConvBnAct final : public Block {
 public:
  // Its tensors are conv_name.weight and bn_name.{weight, bias, running_mean, running_var}.
  ConvBnAct(ParameterStore& store, const std::string& conv_name, const std::string& bn_name,
            const ConvOptions& conv, const BatchNormActOptions& bn_act);

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) override;
  // Shapes are without padding, in and out.
  Shape describe(const Shape& input, std::vector<LayerSummary>& layers) const override;
  ValueId trace(GraphBuilder& builder, ValueId x) const override;

 private:
  friend at::Tensor forward_both(const ConvBnAct& before, const ConvBnAct& after,
                                 const at::Tensor& x, const ForwardContext& context);

  // The zeros that the convolution wants around `size` numbers.
  Margin margin_of(std::int64_t size) const;
  at::Tensor convolve(const at::Tensor& x, Margin rows, Margin columns) const;
  at::Tensor normalise(const at::Tensor& x, const ForwardContext& context,
                       std::int64_t pad_end) const;

  std::string conv_name_, bn_name_;
  int stage_;
  ConvOptions conv_;
  BatchNormActOptions bn_act_;
  at::Tensor weight_;
  BatchNormTensors bn_;
};

// after.forward(before.forward(x)). Where `after` wants more zeros at the end than at the
// beginning, `before` puts them there as it writes its output, and no pass is spent on padding.
at::Tensor forward_both(const ConvBnAct& before, const ConvBnAct& after, const at::Tensor& x,
                        const ForwardContext& context);

}  // namespace ag::nn
