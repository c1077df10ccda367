#include "framework/deploy/fold.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "framework/deploy/graph_runner.h"

namespace ag::deploy {
namespace {

namespace op = nn::op;

at::Tensor one(double value) {
  return at::full({1}, value, at::kDouble);
}

op::Convolution times_three() {
  return {.weight = at::full({1, 1, 1, 1}, 3.0, at::kDouble), .bias = one(1)};
}

// (x - 2) / sqrt(15 + 1) * 8 + 5 = 2 x + 1
op::BatchNorm norm() {
  return {
      .weight = one(8), .bias = one(5), .running_mean = one(2), .running_var = one(15), .eps = 1};
}

TEST(Fold, a_batch_norm_becomes_its_convolutions_weight_and_bias) {
  nn::GraphBuilder builder({1, 1, 1});
  const nn::ValueId conv = builder.add("conv", times_three(), {builder.input()});
  builder.output("y", builder.add("bn", norm(), {conv}));
  const nn::Graph folded = fold_batch_norm(builder.graph());
  ASSERT_EQ(folded.nodes.size(), 2U);
  const auto& merged = std::get<op::Convolution>(folded.nodes[1].op);
  EXPECT_DOUBLE_EQ(merged.weight.item<double>(), 3 * 2);  // 2 (3 x + 1) + 1 = 6 x + 3
  EXPECT_DOUBLE_EQ(merged.bias.item<double>(), 2 * 1 + 1);
  EXPECT_EQ(folded.outputs[0].value, 1U);
}

TEST(Fold, a_convolution_that_others_take_too_stays_as_it_is) {
  nn::GraphBuilder builder({1, 1, 1});
  const nn::ValueId conv = builder.add("conv", times_three(), {builder.input()});
  const nn::ValueId normed = builder.add("bn", norm(), {conv});
  builder.output("y", builder.add("sum", op::Add{}, {conv, normed}));
  const nn::Graph folded = fold_batch_norm(builder.graph());
  EXPECT_EQ(folded.nodes.size(), 4U);
  const at::Tensor x = at::full({1, 1, 1, 1}, 10.0, at::kDouble);
  EXPECT_DOUBLE_EQ(run_graph(folded, x)[0].item<double>(), 31 + (2 * 31 + 1));
}

}  // namespace
}  // namespace ag::deploy
