#include "framework/deploy/onnx_file.h"

#include <ATen/ATen.h>

#include <optional>
#include <utility>

#include "framework/core/error.h"
#include "framework/core/version.h"
#include "framework/deploy/onnx_writer.h"

namespace ag::deploy {
namespace {

namespace op = nn::op;

// The hard sigmoid is max(0, min(1, slope * x + offset)).
constexpr float kHardSigmoidSlope = 1.0F / 6;
constexpr float kHardSigmoidOffset = 0.5F;
constexpr float kRelu6Limit = 6;

constexpr int kIrVersion = 8;  // which opset 17 came with

class Translator {
 public:
  Translator(const nn::Graph& graph, const Quantization* quantization, onnx::GraphProto& to)
      : graph_(graph), quantization_(quantization), writer_(to) {
    for (const nn::GraphNode& node : graph.nodes) names_.push_back(node.name);
    for (const nn::GraphOutput& output : graph.outputs) names_[output.value] = output.name;
  }

  void translate() {
    for (at_ = 0; at_ < graph_.nodes.size(); ++at_) {
      in_.clear();
      for (const nn::ValueId value : node().inputs) in_.push_back(names_[value]);
      const std::optional<ValueScale> scale = scale_of(at_);
      const std::string value = names_[at_];
      if (scale) names_[at_] = value + "/float";
      if (scale && std::holds_alternative<op::Input>(node().op)) names_[at_] = value;
      if (cut_off_by_range()) {
        names_[at_] = in_[0];
      } else {
        std::visit([this](const auto& op) { write(op); }, node().op);
      }
      if (scale) quantise(value, *scale);
    }
  }

 private:
  const nn::GraphNode& node() const { return graph_.nodes[at_]; }
  const std::string& out() const { return names_[at_]; }

  std::optional<ValueScale> scale_of(nn::ValueId value) const {
    return quantization_ == nullptr ? std::nullopt : quantization_->values[value];
  }

  bool cut_off_by_range() const {
    return is_clip(node().op) && scale_of(at_) && !scale_of(node().inputs[0]);
  }

  void quantise(const std::string& value, const ValueScale& scale) {
    const std::string made = out();
    names_[at_] = made == value ? value + "/dequantised" : value;
    writer_.quantise(made, names_[at_], scale);
  }

  // What a convolution or a linear layer takes: its input, its weight, its bias where it has one.
  std::vector<std::string> layer_inputs(const at::Tensor& weight, const at::Tensor& bias) {
    const std::string weight_name = node().name + ".weight";
    const std::string bias_name = node().name + ".bias";
    std::vector<std::string> inputs = {in_[0]};
    if (const std::optional<ValueScale> input = scale_of(node().inputs[0])) {
      const at::Tensor scales = weight_scales(weight, bias, *input);
      inputs.push_back(writer_.quantised_weight(weight_name, weight, scales));
      if (bias.defined()) inputs.push_back(writer_.quantised_bias(bias_name, bias, scales, *input));
      return inputs;
    }
    inputs.push_back(writer_.constant(weight_name, weight));
    if (bias.defined()) inputs.push_back(writer_.constant(bias_name, bias));
    return inputs;
  }

  void write(const op::Input&) {}

  void write(const op::Convolution& conv) {
    onnx::NodeProto& made = writer_.node("Conv", out(), layer_inputs(conv.weight, conv.bias));
    OnnxWriter::set(made, "kernel_shape",
                    std::vector<std::int64_t>{conv.weight.size(2), conv.weight.size(3)});
    OnnxWriter::set(made, "strides", std::vector<std::int64_t>{conv.stride, conv.stride});
    OnnxWriter::set(made, "pads",
                    std::vector<std::int64_t>{conv.rows.begin, conv.columns.begin, conv.rows.end,
                                              conv.columns.end});
    OnnxWriter::set(made, "group", conv.groups);
  }

  void write(const op::BatchNorm& norm) {
    const auto stored = [&](const char* what, const at::Tensor& tensor) {
      return writer_.constant(node().name + what, tensor);
    };
    onnx::NodeProto& made = writer_.node(
        "BatchNormalization", out(),
        {in_[0], stored(".weight", norm.weight), stored(".bias", norm.bias),
         stored(".running_mean", norm.running_mean), stored(".running_var", norm.running_var)});
    OnnxWriter::set(made, "epsilon", static_cast<float>(norm.eps));
  }

  void write(const op::Activate& activate) {
    switch (activate.kind) {
      case kernels::Activation::kNone:
        writer_.node("Identity", out(), in_);
        return;
      case kernels::Activation::kRelu:
        writer_.node("Relu", out(), in_);
        return;
      case kernels::Activation::kHardSigmoid: {
        onnx::NodeProto& made = writer_.node("HardSigmoid", out(), in_);
        OnnxWriter::set(made, "alpha", kHardSigmoidSlope);
        OnnxWriter::set(made, "beta", kHardSigmoidOffset);
        return;
      }
      case kernels::Activation::kHardSwish:
        writer_.node("HardSwish", out(), in_);
        return;
      case kernels::Activation::kRelu6:
        writer_.node("Clip", out(),
                     {in_[0], writer_.constant(node().name + ".low", at::scalar_tensor(0.0F)),
                      writer_.constant(node().name + ".high", at::scalar_tensor(kRelu6Limit))});
        return;
    }
  }

  void write(const op::Add&) { writer_.node("Add", out(), in_); }
  void write(const op::Multiply&) { writer_.node("Mul", out(), in_); }
  void write(const op::GlobalAverage&) { writer_.node("GlobalAveragePool", out(), in_); }
  void write(const op::Flatten&) { writer_.node("Flatten", out(), in_); }

  void write(const op::Linear& linear) {
    OnnxWriter::set(writer_.node("Gemm", out(), layer_inputs(linear.weight, linear.bias)), "transB",
                    std::int64_t{1});
  }

  void write(const op::Combine& combine) {
    std::vector<std::string> inputs = {in_[0],
                                       writer_.constant(node().name + ".weight", combine.weight)};
    if (combine.bias.defined())
      inputs.push_back(writer_.constant(node().name + ".bias", combine.bias));
    OnnxWriter::set(writer_.node("Gemm", out(), inputs), "transB", std::int64_t{1});
  }

  void write(const op::Softmax&) {
    OnnxWriter::set(writer_.node("Softmax", out(), in_), "axis", std::int64_t{1});
  }
  void write(const op::Sigmoid&) { writer_.node("Sigmoid", out(), in_); }
  void write(const op::Squeeze&) {
    writer_.node("Squeeze", out(),
                 {in_[0], writer_.constant(node().name + ".axis", at::full({1}, 1, at::kLong))});
  }

  const nn::Graph& graph_;
  const Quantization* quantization_;
  OnnxWriter writer_;
  std::vector<std::string> names_;  // of each value, as those who take it call it
  std::vector<std::string> in_;     // the inputs of the node at hand
  nn::ValueId at_ = 0;
};

std::vector<std::int64_t> shape_of(const nn::GraphNode& node) {
  const nn::Shape& shape = node.shape;
  if (std::holds_alternative<op::Squeeze>(node.op)) return {};
  if (std::holds_alternative<op::Input>(node.op))
    return {shape.channels, shape.height, shape.width};
  return {shape.channels};
}

onnx::ModelProto model_of(const nn::Graph& graph, const OnnxDescription& description,
                          const Quantization* quantization) {
  onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("agtrain");
  model.set_producer_version(kVersion);
  model.set_doc_string(description.text);
  onnx::OperatorSetIdProto& opset = *model.add_opset_import();
  opset.set_domain("");
  opset.set_version(kOnnxOpset);
  for (const auto& [key, value] : description.metadata) {
    onnx::StringStringEntryProto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  onnx::GraphProto& proto = *model.mutable_graph();
  proto.set_name(description.name);
  OnnxWriter::describe(*proto.add_input(), graph.nodes.front().name, shape_of(graph.nodes.front()));
  for (const nn::GraphOutput& output : graph.outputs) {
    OnnxWriter::describe(*proto.add_output(), output.name, shape_of(graph.nodes[output.value]));
  }
  Translator(graph, quantization, proto).translate();
  return model;
}

}  // namespace

std::string onnx_bytes(const nn::Graph& graph, const OnnxDescription& description,
                       const Quantization* quantization) {
  std::string bytes;
  if (!model_of(graph, description, quantization).SerializeToString(&bytes))
    throw Error("ONNX", "the network is too large for a file (2 GB)");
  return bytes;
}

}  // namespace ag::deploy
