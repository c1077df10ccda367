#include "framework/deploy/fold.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <utility>

namespace ag::deploy {
namespace {

using nn::op::BatchNorm;
using nn::op::Convolution;

Convolution folded(const Convolution& conv, const BatchNorm& norm) {
  const auto exact = [](const at::Tensor& tensor) { return tensor.detach().to(at::kDouble); };
  const at::ScalarType type = conv.weight.scalar_type();
  const at::Tensor factor = exact(norm.weight) / (exact(norm.running_var) + norm.eps).sqrt();
  at::Tensor shift = exact(norm.bias) - exact(norm.running_mean) * factor;
  if (conv.bias.defined()) shift = shift + exact(conv.bias) * factor;
  Convolution result = conv;
  result.weight = (exact(conv.weight) * factor.view({-1, 1, 1, 1})).to(type);
  result.bias = shift.to(type);
  return result;
}

// The convolution that alone feeds a BatchNorm; null where there is none.
const Convolution* convolution_before(const nn::Graph& graph, const nn::GraphNode& norm,
                                      const std::vector<int>& uses) {
  const nn::ValueId before = norm.inputs.front();
  return uses[before] == 1 ? std::get_if<Convolution>(&graph.nodes[before].op) : nullptr;
}

}  // namespace

nn::Graph fold_batch_norm(const nn::Graph& graph) {
  const std::vector<int> uses = nn::uses_of_values(graph);
  nn::Graph result;
  std::vector<nn::ValueId> place;  // in the result, of each value of `graph`
  for (const nn::GraphNode& node : graph.nodes) {
    if (const auto* norm = std::get_if<BatchNorm>(&node.op)) {
      const nn::ValueId before = node.inputs.front();
      nn::Operator& op = result.nodes[place[before]].op;
      if (auto* conv = std::get_if<Convolution>(&op); conv != nullptr && uses[before] == 1) {
        *conv = folded(*conv, *norm);
        place.push_back(place[before]);
        continue;
      }
    }
    nn::GraphNode copy = node;
    for (nn::ValueId& input : copy.inputs) input = place[input];
    place.push_back(result.nodes.size());
    result.nodes.push_back(std::move(copy));
  }
  for (const nn::GraphOutput& output : graph.outputs) {
    result.outputs.push_back({output.name, place[output.value]});
  }
  return result;
}

void fold_batch_norm_in_place(const nn::Graph& graph) {
  const c10::NoGradGuard no_grad;
  const std::vector<int> uses = nn::uses_of_values(graph);
  for (const nn::GraphNode& node : graph.nodes) {
    const auto* norm = std::get_if<BatchNorm>(&node.op);
    const Convolution* conv = norm ? convolution_before(graph, node, uses) : nullptr;
    if (conv == nullptr) continue;
    const Convolution whole = folded(*conv, *norm);
    conv->weight.copy_(whole.weight);
    if (conv->bias.defined()) conv->bias.zero_();
    norm->weight.fill_(1);
    norm->bias.copy_(whole.bias);
    norm->running_mean.zero_();
    norm->running_var.fill_(1 - norm->eps);
  }
}

}  // namespace ag::deploy
