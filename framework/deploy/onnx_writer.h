// Builds the graph of an ONNX file node by node.
#pragma once

#include <ATen/core/Tensor.h>
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "framework/deploy/quantization.h"

namespace ag::deploy {

// Fills a GraphProto that somebody else owns. Names are those of values: a node is called as the
// value that it makes.
class OnnxWriter {
 public:
  explicit OnnxWriter(onnx::GraphProto& graph) : graph_(graph) {}

  // A node that makes the value `output`.
  onnx::NodeProto& node(const char* type, const std::string& output,
                        const std::vector<std::string>& inputs);
  // A tensor of the file; returns its name. Types: float (double becomes float), int8, uint8,
  // int32, int64.
  std::string constant(const std::string& name, const at::Tensor& tensor);
  // [N, ...shape] floats, N any number.
  static void describe(onnx::ValueInfoProto& info, const std::string& name,
                       const std::vector<std::int64_t>& shape);

  // `value` through QuantizeLinear and DequantizeLinear, which makes `output`.
  void quantise(const std::string& value, const std::string& output, const ValueScale& scale);
  // An int8 weight, or an int32 bias, behind DequantizeLinear; `scales` of the weight's channels.
  // Return the dequantised one's name.
  std::string quantised_weight(const std::string& name, const at::Tensor& weight,
                               const at::Tensor& scales);
  std::string quantised_bias(const std::string& name, const at::Tensor& bias,
                             const at::Tensor& scales, const ValueScale& input);

  static void set(onnx::NodeProto& node, const char* attribute, std::int64_t value);
  static void set(onnx::NodeProto& node, const char* attribute, float value);
  static void set(onnx::NodeProto& node, const char* attribute,
                  const std::vector<std::int64_t>& values);

 private:
  std::string dequantised(const std::string& name, const std::string& stored,
                          const at::Tensor& scales, at::ScalarType type);

  onnx::GraphProto& graph_;
};

}  // namespace ag::deploy
