#include <ATen/ATen.h>

#include <utility>

#include "framework/deploy/graph_runner.h"
#include "framework/deploy/quantization.h"

namespace ag::deploy {
namespace {

constexpr std::int64_t kValueLimit = 255;

// Weight and bias as an int8 runtime sees them, as floats.
template <class Layer>
void round_layer(Layer& layer, const ValueScale& input) {
  const at::Tensor scales = weight_scales(layer.weight, layer.bias, input);
  const at::Tensor bias = layer.bias;
  layer.weight =
      quantised_weight(layer.weight, scales).to(at::kFloat) * per_channel(scales, layer.weight);
  if (layer.weight.dim() == 4)
    layer.weight = layer.weight.contiguous(at::MemoryFormat::ChannelsLast);
  if (bias.defined()) {
    layer.bias = (quantised_bias(bias, scales, input).to(at::kDouble) *
                  (scales.to(at::kDouble) * input.scale))
                     .to(at::kFloat);
  }
}

}  // namespace

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
