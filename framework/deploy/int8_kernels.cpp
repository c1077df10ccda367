#include "framework/deploy/int8_kernels.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <utility>

#include "framework/deploy/graph_runner.h"

namespace ag::deploy {
namespace {

namespace op = nn::op;

// Calls an operator that LibTorch registers but declares in no header.
c10::IValue call(const char* name, const char* overload, std::vector<c10::IValue> arguments) {
  c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).callBoxed(&arguments);
  return arguments.front();
}

at::Tensor packed_form(const at::Tensor& weight, const at::Tensor& bias, const ValueScale& input) {
  const at::Tensor scales = weight_scales(weight, bias, input);
  return at::quantize_per_channel(weight.detach().to(at::kFloat).contiguous(),
                                  scales.to(at::kDouble), at::zeros_like(scales, at::kLong), 0,
                                  at::kQInt8);
}

c10::IValue optional_bias(const at::Tensor& bias) {
  return bias.defined() ? c10::IValue(bias.detach().to(at::kFloat)) : c10::IValue();
}

bool is_even(const nn::Margin& margin) {
  return margin.begin == margin.end;
}

c10::IValue pack(const op::Convolution& conv, const ValueScale& input) {
  const bool even = is_even(conv.rows) && is_even(conv.columns);
  const std::vector<std::int64_t> padding = {even ? conv.rows.begin : 0,
                                             even ? conv.columns.begin : 0};
  return call("quantized::conv2d_prepack", "",
              {packed_form(conv.weight, conv.bias, input), optional_bias(conv.bias),
               std::vector<std::int64_t>{conv.stride, conv.stride}, padding,
               std::vector<std::int64_t>{1, 1}, conv.groups});
}

c10::IValue pack(const op::Linear& linear, const ValueScale& input) {
  return call("quantized::linear_prepack", "",
              {packed_form(linear.weight, linear.bias, input), optional_bias(linear.bias)});
}

at::Tensor padded(const op::Convolution& conv, const at::Tensor& x) {
  if (is_even(conv.rows) && is_even(conv.columns)) return x;
  return at::constant_pad_nd(
      x, {conv.columns.begin, conv.columns.end, conv.rows.begin, conv.rows.end});
}

at::Tensor as_float(const at::Tensor& tensor) {
  return tensor.is_quantized() ? tensor.dequantize() : tensor;
}

at::Tensor quantised(const at::Tensor& tensor, const ValueScale& scale) {
  return at::quantize_per_tensor(tensor, scale.scale, scale.zero_point, at::kQUInt8);
}

void choose_engine() {
  const std::vector<at::QEngine>& engines = at::Context::supportedQEngines();
  for (const at::QEngine engine :
       {at::QEngine::X86, at::QEngine::FBGEMM, at::QEngine::ONEDNN, at::QEngine::QNNPACK}) {
    if (std::find(engines.begin(), engines.end(), engine) == engines.end()) continue;
    at::globalContext().setQEngine(engine);
    return;
  }
}

}  // namespace

std::string Int8Kernels::engine() {
  choose_engine();
  return at::toString(at::globalContext().qEngine());
}

Int8Kernels::Int8Kernels(const nn::Graph& graph, const Quantization& quantization)
    : graph_(graph),
      scales_(quantization.values),
      packed_(graph.nodes.size()),
      passes_on_(graph.nodes.size()) {
  choose_engine();
  for (nn::ValueId value = 0; value < graph_.nodes.size(); ++value) {
    const nn::GraphNode& node = graph_.nodes[value];
    if (is_clip(node.op) && scales_[value] && !scales_[node.inputs[0]]) {
      scales_[node.inputs[0]] = scales_[value];
      passes_on_[value] = true;
    }
    if (const auto* conv = std::get_if<op::Convolution>(&node.op))
      packed_[value] = pack(*conv, *quantization.values[node.inputs[0]]);
    if (const auto* linear = std::get_if<op::Linear>(&node.op))
      packed_[value] = pack(*linear, *quantization.values[node.inputs[0]]);
  }
}

// Undefined where there is no integer kernel for it.
at::Tensor Int8Kernels::compute_in_integers(nn::ValueId value, const ValueScale& scale,
                                            const std::vector<at::Tensor>& inputs) const {
  const nn::Operator& op = graph_.nodes[value].op;
  const c10::IValue step = scale.scale;
  const c10::IValue zero = scale.zero_point;
  const at::Tensor& x = inputs[0];
  if (const auto* conv = std::get_if<op::Convolution>(&op)) {
    return call("quantized::conv2d", "new", {padded(*conv, x), packed_[value], step, zero})
        .toTensor();
  }
  if (std::holds_alternative<op::Linear>(op))
    return call("quantized::linear", "", {x, packed_[value], step, zero}).toTensor();
  if (std::holds_alternative<op::Add>(op))
    return call("quantized::add", "", {x, inputs[1], step, zero}).toTensor();
  if (std::holds_alternative<op::Multiply>(op))
    return call("quantized::mul", "", {x, inputs[1], step, zero}).toTensor();
  if (std::holds_alternative<op::GlobalAverage>(op)) return at::adaptive_avg_pool2d(x, {1, 1});
  if (std::holds_alternative<op::Flatten>(op)) return x.flatten(1);
  const auto* activate = std::get_if<op::Activate>(&op);
  if (activate != nullptr && activate->kind == kernels::Activation::kHardSwish)
    return call("quantized::hardswish", "", {x, step, zero}).toTensor();
  return {};
}

at::Tensor Int8Kernels::compute(nn::ValueId value, const std::vector<at::Tensor>& inputs) const {
  const std::optional<ValueScale>& scale = scales_[value];
  if (passes_on_[value]) return inputs[0];
  if (scale && inputs[0].is_quantized()) {
    at::Tensor made = compute_in_integers(value, *scale, inputs);
    if (made.defined()) return made;
  }
  std::vector<at::Tensor> floats;
  std::transform(inputs.begin(), inputs.end(), std::back_inserter(floats), as_float);
  const at::Tensor made = run_operator(graph_.nodes[value].op, floats);
  return scale ? quantised(made, *scale) : made;
}

std::vector<at::Tensor> Int8Kernels::run(const at::Tensor& pictures) const {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> values;
  for (nn::ValueId value = 0; value < graph_.nodes.size(); ++value) {
    std::vector<at::Tensor> inputs;
    for (const nn::ValueId input : graph_.nodes[value].inputs) inputs.push_back(values[input]);
    if (inputs.empty()) inputs.push_back(pictures.contiguous(at::MemoryFormat::ChannelsLast));
    values.push_back(compute(value, inputs));
  }
  std::vector<at::Tensor> outputs;
  for (const nn::GraphOutput& output : graph_.outputs)
    outputs.push_back(as_float(values[output.value]));
  return outputs;
}

}  // namespace ag::deploy
