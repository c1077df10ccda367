#include "framework/deploy/graph_runner.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <utility>

namespace ag::deploy {
namespace {

namespace op = nn::op;

at::Tensor convolve(const op::Convolution& conv, const at::Tensor& x) {
  const std::int64_t strides[] = {conv.stride, conv.stride};
  const std::int64_t dilation[] = {1, 1};
  const bool even = conv.rows.begin == conv.rows.end && conv.columns.begin == conv.columns.end;
  const std::int64_t padding[] = {even ? conv.rows.begin : 0, even ? conv.columns.begin : 0};
  const at::Tensor padded = even ? x
                                 : at::constant_pad_nd(x, {conv.columns.begin, conv.columns.end,
                                                           conv.rows.begin, conv.rows.end});
  return at::conv2d(padded, conv.weight, conv.bias, at::IntArrayRef(strides),
                    at::IntArrayRef(padding), at::IntArrayRef(dilation), conv.groups);
}

// One call operator for each kind of node.
struct Compute {
  const std::vector<at::Tensor>& in;

  at::Tensor operator()(const op::Input&) const { return in[0]; }
  at::Tensor operator()(const op::Convolution& conv) const { return convolve(conv, in[0]); }
  at::Tensor operator()(const op::BatchNorm& norm) const {
    return at::batch_norm(in[0], norm.weight, norm.bias, norm.running_mean, norm.running_var, false,
                          0, norm.eps, false);
  }
  at::Tensor operator()(const op::Activate& activate) const {
    // In place where nobody else holds the value.
    const bool own = in[0].use_count() == 1 && in[0].storage().use_count() == 1;
    return kernels::activate(own ? in[0] : in[0].clone(), activate.kind, 0).y;
  }
  at::Tensor operator()(const op::Add&) const { return in[0] + in[1]; }
  at::Tensor operator()(const op::Multiply&) const { return in[0] * in[1]; }
  at::Tensor operator()(const op::GlobalAverage&) const { return in[0].mean({2, 3}, true); }
  at::Tensor operator()(const op::Flatten&) const { return in[0].flatten(1); }
  at::Tensor operator()(const op::Linear& linear) const {
    return at::linear(in[0], linear.weight, linear.bias);
  }
  at::Tensor operator()(const op::Softmax&) const { return at::softmax(in[0], 1); }
  at::Tensor operator()(const op::Sigmoid&) const { return at::sigmoid(in[0]); }
  at::Tensor operator()(const op::Combine& combine) const {
    return at::linear(in[0], combine.weight, combine.bias);
  }
  at::Tensor operator()(const op::Squeeze&) const { return in[0].squeeze(1); }
};

}  // namespace

at::Tensor run_operator(const nn::Operator& op, const std::vector<at::Tensor>& inputs) {
  return std::visit(Compute{inputs}, op);
}

std::vector<at::Tensor> run_graph(const nn::Graph& graph, const at::Tensor& pictures,
                                  const ValueHook& hook) {
  const c10::NoGradGuard no_grad;
  std::vector<int> uses_left = nn::uses_of_values(graph);
  std::vector<at::Tensor> values;
  for (const nn::GraphNode& node : graph.nodes) {
    std::vector<at::Tensor> inputs;
    for (const nn::ValueId value : node.inputs) {
      inputs.push_back(values[value]);
      if (--uses_left[value] == 0) values[value].reset();
    }
    if (node.inputs.empty()) inputs.push_back(pictures.contiguous(at::MemoryFormat::ChannelsLast));
    at::Tensor made = run_operator(node.op, inputs);
    values.push_back(hook ? hook(values.size(), std::move(made)) : std::move(made));
  }
  std::vector<at::Tensor> outputs;
  for (const nn::GraphOutput& output : graph.outputs) outputs.push_back(values[output.value]);
  return outputs;
}

}  // namespace ag::deploy
