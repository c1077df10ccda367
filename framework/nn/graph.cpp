#include "framework/nn/graph.h"

#include <algorithm>
#include <utility>

#include "framework/core/error.h"

namespace ag::nn {
namespace {

std::size_t inputs_of(const Operator& op) {
  if (std::holds_alternative<op::Input>(op)) return 0;
  if (std::holds_alternative<op::Add>(op) || std::holds_alternative<op::Multiply>(op)) return 2;
  return 1;
}

std::int64_t positions(const Margin& zeros, std::int64_t size, std::int64_t kernel,
                       std::int64_t stride) {
  return (zeros.begin + size + zeros.end - kernel) / stride + 1;
}

Shape shape_after(const Operator& op, const Shape& in) {
  if (const auto* conv = std::get_if<op::Convolution>(&op)) {
    return {conv->weight.size(0),
            positions(conv->rows, in.height, conv->weight.size(2), conv->stride),
            positions(conv->columns, in.width, conv->weight.size(3), conv->stride)};
  }
  if (const auto* linear = std::get_if<op::Linear>(&op)) return {linear->weight.size(0), 1, 1};
  if (const auto* combine = std::get_if<op::Combine>(&op)) return {combine->weight.size(0), 1, 1};
  if (std::holds_alternative<op::GlobalAverage>(op)) return {in.channels, 1, 1};
  return in;
}

}  // namespace

GraphBuilder::GraphBuilder(const Shape& pictures) {
  graph_.nodes.push_back({"pictures", op::Input{}, {}, pictures});
}

ValueId GraphBuilder::add(const std::string& name, Operator op, std::vector<ValueId> inputs) {
  const ValueId next = graph_.nodes.size();
  const bool known =
      std::all_of(inputs.begin(), inputs.end(), [next](ValueId value) { return value < next; });
  if (!known || inputs.empty() || inputs.size() != inputs_of(op)) {
    throw Error("graph", "the node '" + name + "' can't have these inputs");
  }
  const Shape shape = shape_after(op, graph_.nodes[inputs.front()].shape);
  graph_.nodes.push_back({name, std::move(op), std::move(inputs), shape});
  return next;
}

void GraphBuilder::output(const std::string& name, ValueId value) {
  graph_.outputs.push_back({name, value});
}

std::vector<int> uses_of_values(const Graph& graph) {
  std::vector<int> uses(graph.nodes.size());
  for (const GraphNode& node : graph.nodes) {
    for (const ValueId value : node.inputs) ++uses[value];
  }
  for (const GraphOutput& output : graph.outputs) ++uses[output.value];
  return uses;
}

}  // namespace ag::nn
