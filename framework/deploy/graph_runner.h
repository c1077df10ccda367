// Computes a graph with ATen's operators, and lets others look at every value on its way or change
// it: how int8 is calibrated, and simulated.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "framework/nn/graph.h"

namespace ag::deploy {

// Called with each value as it is made; what it returns goes on in its place.
using ValueHook = std::function<at::Tensor(nn::ValueId value, at::Tensor tensor)>;

// `pictures` [N, 3, S, S], of the graph's number type, scaled as the flavour wants. Returns the
// graph's outputs in their order. No gradients.
std::vector<at::Tensor> run_graph(const nn::Graph& graph, const at::Tensor& pictures,
                                  const ValueHook& hook = {});

// What one operator makes of its inputs.
at::Tensor run_operator(const nn::Operator& op, const std::vector<at::Tensor>& inputs);

}  // namespace ag::deploy
