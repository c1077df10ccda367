#include "framework/nn/graph.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "framework/core/error.h"
#include "framework/nn/flavour.h"
#include "framework/nn/network.h"

namespace ag::nn {
namespace {

TEST(GraphBuilder, shapes_follow_the_operators) {
  GraphBuilder builder({3, 9, 10});
  // (1 + 9 + 1 - 3) / 2 + 1 = 5 and (0 + 10 + 1 - 3) / 2 + 1 = 5
  const ValueId conv = builder.add(
      "conv",
      op::Convolution{
          .weight = at::zeros({8, 3, 3, 3}), .stride = 2, .rows = {1, 1}, .columns = {0, 1}},
      {builder.input()});
  EXPECT_EQ(builder.shape(conv), (Shape{8, 5, 5}));
  const ValueId mean = builder.add("mean", op::GlobalAverage{}, {conv});
  EXPECT_EQ(builder.shape(mean), (Shape{8, 1, 1}));
  EXPECT_EQ(builder.shape(builder.add("gated", op::Multiply{}, {conv, mean})), (Shape{8, 5, 5}));
  const ValueId flat = builder.add("flat", op::Flatten{}, {mean});
  const ValueId linear = builder.add("linear", op::Linear{.weight = at::zeros({2, 8})}, {flat});
  EXPECT_EQ(builder.shape(linear), (Shape{2, 1, 1}));
}

TEST(GraphBuilder, inputs_that_are_not_there_or_too_few_are_refused) {
  GraphBuilder builder({3, 8, 8});
  EXPECT_THROW(builder.add("late", op::Softmax{}, {5}), Error);
  EXPECT_THROW(builder.add("few", op::Add{}, {builder.input()}), Error);
  EXPECT_THROW(builder.add("none", op::Softmax{}, {}), Error);
}

TEST(GraphBuilder, uses_count_nodes_and_outputs) {
  GraphBuilder builder({3, 8, 8});
  const ValueId twice = builder.add("twice", op::Add{}, {builder.input(), builder.input()});
  builder.output("y", twice);
  EXPECT_EQ(uses_of_values(builder.graph()), (std::vector<int>{2, 1}));
}

// What the summary says layer by layer, the graph says node by node.
TEST(Trace, has_the_layers_and_the_shapes_of_the_summary_in_every_family_and_flavour) {
  constexpr int kSize = 75;
  for (const std::string& family : family_names()) {
    for (const std::string& flavour : flavour_names(family)) {
      SCOPED_TRACE(testing::Message() << family << " " << flavour);
      ModelConfig model;
      model.name = family;
      model.flavour = flavour;
      model.width = 0.5;
      const auto network = make_network(model, kSize, at::kFloat, 1);
      GraphBuilder builder({3, kSize, kSize});
      const TracedPrediction traced = network->trace(builder);
      EXPECT_EQ(builder.shape(traced.age), (Shape{101, 1, 1}));
      EXPECT_EQ(builder.shape(traced.gender), (Shape{2, 1, 1}));

      std::map<std::string, Shape> nodes;
      for (const GraphNode& node : builder.graph().nodes) {
        EXPECT_TRUE(nodes.emplace(node.name, node.shape).second) << node.name << " stands twice";
      }
      for (const LayerSummary& layer : network->summary().layers) {
        if (layer.trainable == 0) continue;  // pooling and sums have names of their own
        ASSERT_TRUE(nodes.contains(layer.name)) << layer.name;
        EXPECT_EQ(nodes[layer.name], layer.output) << layer.name;
      }
    }
  }
}

}  // namespace
}  // namespace ag::nn
