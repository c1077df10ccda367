#include "framework/deploy/onnx_file.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "framework/deploy/answers.h"
#include "tests/support/lively_network.h"

namespace ag::deploy {
namespace {

using test::all_models;
using test::drawn;
using test::lively_network;
using test::name_of;

namespace op = nn::op;
using ::testing::ElementsAre;

onnx::ModelProto parsed(const nn::Graph& graph, const Quantization* quantization = nullptr) {
  onnx::ModelProto model;
  const OnnxDescription about = {.name = "n", .text = "t", .metadata = {{"input.size", "32 x 32"}}};
  EXPECT_TRUE(model.ParseFromString(onnx_bytes(graph, about, quantization)));
  return model;
}

std::vector<std::int64_t> numbers(const onnx::NodeProto& node, const std::string& attribute) {
  for (const onnx::AttributeProto& stored : node.attribute()) {
    if (stored.name() == attribute) return {stored.ints().begin(), stored.ints().end()};
  }
  return {};
}

std::map<std::string, int> counts_of_operators(const onnx::ModelProto& model) {
  std::map<std::string, int> counts;
  for (const onnx::NodeProto& node : model.graph().node()) ++counts[node.op_type()];
  return counts;
}

// ONNX's own checker: operators, their attributes and types, and names as its standard has them.
TEST(OnnxFile, keeps_the_standard_in_every_family_and_flavour_in_float_and_int8) {
  for (const nn::ModelConfig& model : all_models(0.25)) {
    SCOPED_TRACE(name_of(model));
    const nn::Graph graph = answering_graph(*lively_network(model, 33));
    EXPECT_NO_THROW(onnx::checker::check_model(parsed(graph)));
    const at::Tensor pictures = drawn({2, 3, 33, 33}, -1, 1, 9);
    const Quantization scales = calibrate(graph, [&pictures](const auto& use) { use(pictures); });
    EXPECT_NO_THROW(onnx::checker::check_model(parsed(graph, &scales)));
  }
}

TEST(OnnxFile, says_what_goes_in_and_what_comes_out) {
  const nn::Graph graph = answering_graph(*lively_network(all_models(0.25).front(), 32));
  const onnx::ModelProto model = parsed(graph);
  EXPECT_EQ(model.opset_import(0).version(), 17);
  EXPECT_EQ(model.metadata_props(0).key(), "input.size");
  EXPECT_EQ(model.metadata_props(0).value(), "32 x 32");
  ASSERT_EQ(model.graph().input_size(), 1);
  EXPECT_EQ(model.graph().input(0).name(), "pictures");
  const auto& shape = model.graph().input(0).type().tensor_type().shape();
  EXPECT_EQ(shape.dim(0).dim_param(), "N");
  EXPECT_EQ(shape.dim(1).dim_value(), 3);
  EXPECT_EQ(shape.dim(2).dim_value(), 32);
  std::vector<std::string> outputs;
  for (const auto& output : model.graph().output()) outputs.push_back(output.name());
  EXPECT_THAT(outputs, ElementsAre("age_probabilities", "age_years", "gender_probabilities"));
  EXPECT_EQ(model.graph().output(1).type().tensor_type().shape().dim_size(), 1);
}

TEST(OnnxFile, keeps_the_standard_with_every_kind_of_age_head_in_float_and_int8) {
  const std::pair<nn::AgeOutput, std::vector<std::string>> kinds[] = {
      {nn::AgeOutput::kThresholds, {"age_older", "age_years", "gender_probabilities"}},
      {nn::AgeOutput::kSharedThresholds, {"age_older", "age_years", "gender_probabilities"}},
      {nn::AgeOutput::kYears, {"age_years", "gender_probabilities"}},
  };
  for (const auto& [kind, names] : kinds) {
    SCOPED_TRACE(static_cast<int>(kind));
    const nn::Graph graph =
        answering_graph(*lively_network(all_models(0.25).front(), 32, at::kFloat, kind));
    const onnx::ModelProto model = parsed(graph);
    EXPECT_NO_THROW(onnx::checker::check_model(model));
    std::vector<std::string> outputs;
    for (const auto& output : model.graph().output()) outputs.push_back(output.name());
    EXPECT_EQ(outputs, names);
    const at::Tensor pictures = drawn({2, 3, 32, 32}, -1, 1, 9);
    const Quantization scales = calibrate(graph, [&pictures](const auto& use) { use(pictures); });
    EXPECT_NO_THROW(onnx::checker::check_model(parsed(graph, &scales)));
  }
}

const onnx::TensorProto* stored_tensor(const onnx::ModelProto& model, const std::string& name) {
  for (const onnx::TensorProto& stored : model.graph().initializer()) {
    if (stored.name() == name) return &stored;
  }
  return nullptr;
}

TEST(OnnxFile, one_vector_of_weights_for_all_thresholds_is_stored_for_each) {
  const std::unique_ptr<nn::Network> network =
      lively_network(all_models(0.25).front(), 32, at::kFloat, nn::AgeOutput::kSharedThresholds);
  at::Tensor shared;
  for (const nn::NamedTensor& named : network->parameters()) {
    if (named.name == "head.age.weight") shared = named.tensor.detach();
  }
  ASSERT_EQ(shared.sizes(), (at::IntArrayRef{1, 32}));
  const onnx::ModelProto model = parsed(answering_graph(*network));
  const onnx::TensorProto* stored = stored_tensor(model, "head.age.weight");
  ASSERT_NE(stored, nullptr);
  ASSERT_EQ(stored->raw_data().size(), 100 * shared.nbytes());
  for (std::size_t row = 0; row < 100; ++row) {
    const char* bytes = stored->raw_data().data() + row * shared.nbytes();
    EXPECT_EQ(std::memcmp(bytes, shared.const_data_ptr(), shared.nbytes()), 0) << row;
  }
}

TEST(OnnxFile, a_convolution_keeps_its_numbers_and_its_uneven_padding) {
  nn::GraphBuilder builder({3, 8, 8});
  const at::Tensor weight = drawn({2, 3, 3, 3}, -1, 1, 1);
  builder.output(
      "y",
      builder.add("conv",
                  op::Convolution{.weight = weight, .stride = 2, .rows = {0, 1}, .columns = {1, 2}},
                  {builder.input()}));
  const onnx::ModelProto model = parsed(builder.graph());
  const onnx::NodeProto& conv = model.graph().node(0);
  EXPECT_EQ(conv.op_type(), "Conv");
  EXPECT_THAT(numbers(conv, "pads"), ElementsAre(0, 1, 1, 2));  // top, left, bottom, right
  EXPECT_THAT(numbers(conv, "strides"), ElementsAre(2, 2));
  const onnx::TensorProto& stored = model.graph().initializer(0);
  EXPECT_THAT(std::vector<std::int64_t>(stored.dims().begin(), stored.dims().end()),
              ElementsAre(2, 3, 3, 3));
  ASSERT_EQ(stored.raw_data().size(), weight.nbytes());
  EXPECT_EQ(std::memcmp(stored.raw_data().data(), weight.const_data_ptr(), weight.nbytes()), 0);
}

TEST(OnnxFile, in_int8_a_clip_is_the_range_of_its_result_and_weights_take_a_byte) {
  nn::GraphBuilder builder({3, 8, 8});
  const nn::ValueId conv = builder.add(
      "conv", op::Convolution{.weight = drawn({4, 3, 1, 1}, -1, 1, 1), .bias = at::zeros({4})},
      {builder.input()});
  const nn::ValueId cut = builder.add("act", op::Activate{kernels::Activation::kRelu6}, {conv});
  const nn::ValueId flat =
      builder.add("flat", op::Flatten{}, {builder.add("mean", op::GlobalAverage{}, {cut})});
  builder.output("y", builder.add("last", op::Linear{.weight = drawn({2, 4}, -1, 1, 2)}, {flat}));
  const at::Tensor pictures = drawn({2, 3, 8, 8}, -1, 1, 3);
  const Quantization scales =
      calibrate(builder.graph(), [&pictures](const auto& use) { use(pictures); });
  const onnx::ModelProto model = parsed(builder.graph(), &scales);

  std::map<std::string, int> counts = counts_of_operators(model);
  EXPECT_EQ(counts["Clip"], 0);
  EXPECT_EQ(counts["QuantizeLinear"], 4);    // pictures, act, mean, flat
  EXPECT_EQ(counts["DequantizeLinear"], 7);  // those, two weights and a bias
  for (const onnx::TensorProto& stored : model.graph().initializer()) {
    if (stored.name() != "conv.weight/int8") continue;
    EXPECT_EQ(stored.data_type(), onnx::TensorProto::INT8);
    EXPECT_EQ(stored.raw_data().size(), 12U);
  }
}

}  // namespace
}  // namespace ag::deploy
