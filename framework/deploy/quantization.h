// Static int8 quantisation of a graph: how each value and weight is told in eight bits, and what
// that does to the network's answers.
//
//   value   q = clamp(round(x / scale) + zero_point, 0, 255), one scale for the whole tensor
//   weight  q = clamp(round(w / scale), -127, 127), one scale for each output channel
//   bias    int32, scale of the input times scale of the weight
//
// Rounding is to the nearest, ties to even, as ONNX's QuantizeLinear has it. An activation that
// only cuts off (ReLU, ReLU6) costs nothing: the range of what it lets through cuts off alike.
//
// Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient
// Integer-Arithmetic-Only Inference", CVPR 2018; Nagel et al., "A White Paper on Neural Network
// Quantization", 2021.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "framework/nn/graph.h"

namespace ag::deploy {

struct ValueScale {
  double scale = 1;
  std::int64_t zero_point = 0;  // 0 to 255
};

struct Quantization {
  std::vector<std::optional<ValueScale>> values;  // by ValueId; none: the value stays float
  std::int64_t pictures = 0;                      // that the ranges were taken from
};

// Whether a node is computed in integers: convolutions, linear layers and what lies between them.
// What the heads' answers are made of (softmax, expectation) stays float.
bool is_quantised(const nn::Operator& op);

// Whether the node only cuts off what the quantised value after it can't hold.
bool is_clip(const nn::Operator& op);

// Calls back with each batch of pictures, scaled as the flavour wants; each call goes over the same
// ones.
using PictureSource = std::function<void(const std::function<void(const at::Tensor&)>&)>;

// Ranges of the values of `graph` (folded) over the pictures of `source`: of each, those that cut
// off as little as costs the least squared error over a histogram. Goes over the pictures twice.
// Throws Error without pictures and for values that aren't finite.
Quantization calibrate(const nn::Graph& graph, const PictureSource& source);

// Per output channel of `weight` [O, ...], float [O]: that its largest number is 127; but larger
// where the channel's bias, which counts in steps of this scale times the input's, would need more
// than 32 bits. `bias` [O] may be undefined.
at::Tensor weight_scales(const at::Tensor& weight, const at::Tensor& bias, const ValueScale& input);
// `scales` [O] in the shape [O, 1, ...] of as many dimensions as `weight` has.
at::Tensor per_channel(const at::Tensor& scales, const at::Tensor& weight);
// int8, in the shape of `weight`.
at::Tensor quantised_weight(const at::Tensor& weight, const at::Tensor& scales);
// int32 [O].
at::Tensor quantised_bias(const at::Tensor& bias, const at::Tensor& scales,
                          const ValueScale& input);

// What an int8 runtime computes, in float arithmetic on values that are rounded as it rounds them.
class SimulatedInt8 {
 public:
  SimulatedInt8(const nn::Graph& graph, const Quantization& quantization);
  // As run_graph.
  std::vector<at::Tensor> run(const at::Tensor& pictures) const;

 private:
  nn::Graph graph_;  // with weights and biases rounded
  Quantization quantization_;
};

}  // namespace ag::deploy
