#include "framework/deploy/onnx_writer.h"

#include <ATen/ATen.h>

#include "framework/core/error.h"

namespace ag::deploy {
namespace {

onnx::TensorProto::DataType type_of(const at::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return onnx::TensorProto::FLOAT;
    case at::kChar:
      return onnx::TensorProto::INT8;
    case at::kByte:
      return onnx::TensorProto::UINT8;
    case at::kInt:
      return onnx::TensorProto::INT32;
    case at::kLong:
      return onnx::TensorProto::INT64;
    default:
      throw Error("ONNX",
                  std::string("can't hold a tensor of type ") + at::toString(tensor.scalar_type()));
  }
}

onnx::AttributeProto& attribute_of(onnx::NodeProto& node, const char* name,
                                   onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

}  // namespace

onnx::NodeProto& OnnxWriter::node(const char* type, const std::string& output,
                                  const std::vector<std::string>& inputs) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(type);
  node.set_name(output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

std::string OnnxWriter::constant(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().cpu();
  const at::Tensor packed =
      (plain.scalar_type() == at::kDouble ? plain.to(at::kFloat) : plain).contiguous();
  onnx::TensorProto& stored = *graph_.add_initializer();
  stored.set_name(name);
  stored.set_data_type(type_of(packed));
  for (const std::int64_t size : packed.sizes()) stored.add_dims(size);
  // raw_data is little-endian, as every processor that LibTorch runs on.
  stored.set_raw_data(packed.const_data_ptr(), packed.nbytes());
  return name;
}

void OnnxWriter::describe(onnx::ValueInfoProto& info, const std::string& name,
                          const std::vector<std::int64_t>& shape) {
  info.set_name(name);
  onnx::TypeProto_Tensor& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("N");
  for (const std::int64_t size : shape) type.mutable_shape()->add_dim()->set_dim_value(size);
}

void OnnxWriter::quantise(const std::string& value, const std::string& output,
                          const ValueScale& scale) {
  const std::string step = constant(output + "/scale", at::scalar_tensor(scale.scale, at::kFloat));
  const std::string zero =
      constant(output + "/zero_point", at::scalar_tensor(scale.zero_point, at::kByte));
  node("QuantizeLinear", output + "/uint8", {value, step, zero});
  node("DequantizeLinear", output, {output + "/uint8", step, zero});
}

std::string OnnxWriter::quantised_weight(const std::string& name, const at::Tensor& weight,
                                         const at::Tensor& scales) {
  return dequantised(name, constant(name + "/int8", deploy::quantised_weight(weight, scales)),
                     scales, at::kChar);
}

std::string OnnxWriter::quantised_bias(const std::string& name, const at::Tensor& bias,
                                       const at::Tensor& scales, const ValueScale& input) {
  return dequantised(name, constant(name + "/int32", deploy::quantised_bias(bias, scales, input)),
                     scales.to(at::kDouble) * input.scale, at::kInt);
}

std::string OnnxWriter::dequantised(const std::string& name, const std::string& stored,
                                    const at::Tensor& scales, at::ScalarType type) {
  const std::string steps = constant(name + "/scale", scales);
  const std::string zero = constant(name + "/zero_point", at::zeros({scales.numel()}, type));
  set(node("DequantizeLinear", name, {stored, steps, zero}), "axis", std::int64_t{0});
  return name;
}

void OnnxWriter::set(onnx::NodeProto& node, const char* attribute, std::int64_t value) {
  attribute_of(node, attribute, onnx::AttributeProto::INT).set_i(value);
}

void OnnxWriter::set(onnx::NodeProto& node, const char* attribute, float value) {
  attribute_of(node, attribute, onnx::AttributeProto::FLOAT).set_f(value);
}

void OnnxWriter::set(onnx::NodeProto& node, const char* attribute,
                     const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& stored = attribute_of(node, attribute, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) stored.add_ints(value);
}

}  // namespace ag::deploy
