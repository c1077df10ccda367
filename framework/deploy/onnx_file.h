// A graph as an ONNX file: opset 17, any number of pictures at once, float or int8.
//
// An int8 file is in the QDQ form: each quantised value goes through QuantizeLinear and
// DequantizeLinear, weights are int8 behind a DequantizeLinear with a scale for each output
// channel. Runtimes that know integer kernels put those in place; all others compute the same in
// float.
//
// Source: https://github.com/onnx/onnx/blob/main/docs/IR.md and Operators.md.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "framework/deploy/quantization.h"
#include "framework/nn/graph.h"

namespace ag::deploy {

inline constexpr int kOnnxOpset = 17;

struct OnnxDescription {
  std::string name;  // of the graph
  std::string text;  // what the file is, for people
  // Key and value, for programs: how pictures are to be scaled, what the outputs mean.
  std::vector<std::pair<std::string, std::string>> metadata;
};

// The bytes of a file of `graph`, in float or, with a quantization of it, in int8. Input and
// outputs are named as the graph's. Tensors of other types become float. Throws Error where they
// would be too many for one file (2 GB).
std::string onnx_bytes(const nn::Graph& graph, const OnnxDescription& description,
                       const Quantization* quantization = nullptr);

}  // namespace ag::deploy
