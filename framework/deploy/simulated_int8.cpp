#include <ATen/ATen.h>

#include <utility>

#include "framework/deploy/graph_runner.h"
#include "framework/deploy/quantization.h"

namespace ag::deploy {
namespace {

constexpr double kWeightLimit = 127;
constexpr std::int64_t kValueLimit = 255;
constexpr double kLargestBias = 1 << 30;  // int32 has room for it and for the products added to it

at::Tensor per_channel(const at::Tensor& scales, const at::Tensor& weight) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(weight.dim()), 1);
  shape[0] = -1;
  return scales.view(shape);
}

// Weight and bias as an int8 runtime sees them, as floats.
template <class Layer>
void round_layer(Layer& layer, const ValueScale& input) {
  const at::Tensor scales = weight_scales(layer.weight, layer.bias, input);
  const at::Tensor bias = layer.bias;
  layer.weight =
      quantised_weight(layer.weight, scales).to(at::kFloat) * per_channel(scales, layer.weight);
  if (layer.weight.dim() == 4)
    layer.weight = layer.weight.contiguous(at::MemoryFormat::ChannelsLast);
  if (bias.defined())
    layer.bias = (quantised_bias(bias, scales, input).to(at::kDouble) *
                  (scales.to(at::kDouble) * input.scale))
                     .to(at::kFloat);
}

}  // namespace

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

SimulatedInt8::SimulatedInt8(const nn::Graph& graph, const Quantization& quantization)
    : graph_(graph), quantization_(quantization) {
  for (nn::GraphNode& node : graph_.nodes) {
    if (auto* conv = std::get_if<nn::op::Convolution>(&node.op))
      round_layer(*conv, *quantization_.values[node.inputs[0]]);
    if (auto* linear = std::get_if<nn::op::Linear>(&node.op))
      round_layer(*linear, *quantization_.values[node.inputs[0]]);
  }
}

std::vector<at::Tensor> SimulatedInt8::run(const at::Tensor& pictures) const {
  return run_graph(graph_, pictures, [this](nn::ValueId value, at::Tensor tensor) {
    const std::optional<ValueScale>& scale = quantization_.values[value];
    if (!scale) return tensor;
    return at::fake_quantize_per_tensor_affine(tensor, scale->scale, scale->zero_point, 0,
                                               kValueLimit);
  });
}

}  // namespace ag::deploy
