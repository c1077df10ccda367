// The network in evaluation as a graph of operators: what those work on who write it in another
// form (ONNX) or run it in another arithmetic (int8).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "framework/kernels/activation.h"
#include "framework/nn/padding.h"
#include "framework/nn/summary.h"

namespace ag::nn {

// Each is what one node computes. The tensors share the network's storage.
namespace op {

struct Input {};  // the pictures [N, 3, S, S], scaled as the network's flavour wants them

struct Convolution {
  at::Tensor weight;  // [O, I/groups, kH, kW]
  at::Tensor bias;    // [O], undefined: none
  std::int64_t stride = 1;
  std::int64_t groups = 1;
  Margin rows;  // zeros around the input, begin and end each
  Margin columns;
};

// y = (x - running_mean) / sqrt(running_var + eps) * weight + bias, per channel; all [C].
struct BatchNorm {
  at::Tensor weight, bias, running_mean, running_var;
  double eps = 1e-3;
};

struct Activate {
  kernels::Activation kind = kernels::Activation::kNone;
};

struct Add {};            // two of one shape
struct Multiply {};       // [N, C, H, W] with [N, C, 1, 1]
struct GlobalAverage {};  // [N, C, H, W] to [N, C, 1, 1]
struct Flatten {};        // [N, C, 1, 1] to [N, C]

struct Linear {
  at::Tensor weight;  // [O, I]
  at::Tensor bias;    // [O], undefined: none
};

struct Softmax {};  // over the classes of [N, C]
struct Sigmoid {};

// A fixed linear map of what a head says, such as the expectation over ages: like Linear, but not
// trained, and kept exact where others are quantised.
struct Combine {
  at::Tensor weight;  // [O, I]
  at::Tensor bias;    // [O], undefined: none
};

struct Squeeze {};  // [N, 1] to [N]

}  // namespace op

using Operator = std::variant<op::Input, op::Convolution, op::BatchNorm, op::Activate, op::Add,
                              op::Multiply, op::GlobalAverage, op::Flatten, op::Linear, op::Softmax,
                              op::Sigmoid, op::Combine, op::Squeeze>;

// What a node makes, told by the node's place in the graph.
using ValueId = std::size_t;

struct GraphNode {
  std::string name;  // "blocks.0.depthwise"; no two nodes have the same
  Operator op;
  std::vector<ValueId> inputs;  // each below the node's own place
  Shape shape;                  // of what it makes, for one picture
};

struct GraphOutput {
  std::string name;
  ValueId value = 0;
};

struct Graph {
  std::vector<GraphNode> nodes;  // in an order in which they can be computed; the first is Input
  std::vector<GraphOutput> outputs;
};

// What blocks describe themselves to.
class GraphBuilder {
 public:
  explicit GraphBuilder(const Shape& pictures);

  // The pictures.
  ValueId input() const { return 0; }
  // Appends a node. Throws Error where the inputs aren't values or not as many as `op` takes.
  ValueId add(const std::string& name, Operator op, std::vector<ValueId> inputs);
  void output(const std::string& name, ValueId value);

  const Shape& shape(ValueId value) const { return graph_.nodes[value].shape; }
  const Graph& graph() const { return graph_; }

 private:
  Graph graph_;
};

// How many nodes take each value as an input, or the graph gives it out.
std::vector<int> uses_of_values(const Graph& graph);

}  // namespace ag::nn
