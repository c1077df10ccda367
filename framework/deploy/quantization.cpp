#include "framework/deploy/quantization.h"

#include <ATen/ATen.h>

#include <cstddef>
#include <variant>

namespace ag::deploy {
namespace {

constexpr double kWeightLimit = 127;
constexpr double kLargestBias = 1 << 30;  // int32 has room for it and for the products added to it

}  // namespace

bool is_quantised(const nn::Operator& op) {
  return std::holds_alternative<nn::op::Convolution>(op) ||
         std::holds_alternative<nn::op::Linear>(op) || std::holds_alternative<nn::op::Add>(op) ||
         std::holds_alternative<nn::op::Multiply>(op) ||
         std::holds_alternative<nn::op::GlobalAverage>(op) ||
         std::holds_alternative<nn::op::Flatten>(op) ||
         std::holds_alternative<nn::op::Activate>(op);
}

bool is_clip(const nn::Operator& op) {
  const auto* activate = std::get_if<nn::op::Activate>(&op);
  return activate != nullptr && (activate->kind == kernels::Activation::kRelu ||
                                 activate->kind == kernels::Activation::kRelu6);
}

at::Tensor per_channel(const at::Tensor& scales, const at::Tensor& weight) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(weight.dim()), 1);
  shape[0] = -1;
  return scales.view(shape);
}

at::Tensor weight_scales(const at::Tensor& weight, const at::Tensor& bias,
                         const ValueScale& input) {
  at::Tensor scales = weight.detach().to(at::kDouble).abs().flatten(1).amax(1) / kWeightLimit;
  if (bias.defined()) {
    scales =
        at::maximum(scales, bias.detach().to(at::kDouble).abs() / (input.scale * kLargestBias));
  }
  // A channel of zeros: any scale will do.
  return at::where(scales > 0, scales, at::ones_like(scales)).to(at::kFloat);
}

at::Tensor quantised_weight(const at::Tensor& weight, const at::Tensor& scales) {
  const at::Tensor rounded = (weight.detach().to(at::kFloat) / per_channel(scales, weight)).round();
  return rounded.clamp(-kWeightLimit, kWeightLimit).to(at::kChar).contiguous();
}

at::Tensor quantised_bias(const at::Tensor& bias, const at::Tensor& scales,
                          const ValueScale& input) {
  const at::Tensor scale = scales.to(at::kDouble) * input.scale;
  return (bias.detach().to(at::kDouble) / scale).round().to(at::kInt);
}

}  // namespace ag::deploy
