#include "framework/nn/parameter_store.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ag::nn {
namespace {

// Uniform within a limit: mean 0, variance limit^2 / 3. The standard error of the mean over n is
// limit / sqrt(3 n); of the variance, limit^2 * sqrt(4 / 45 / n).
void expect_uniform(const at::Tensor& weight, double limit) {
  const auto n = static_cast<double>(weight.numel());
  EXPECT_LE(weight.abs().max().item<double>(), limit);
  EXPECT_GT(weight.abs().max().item<double>(), limit * (1 - 20 / n));
  EXPECT_NEAR(weight.mean().item<double>(), 0, 5 * limit / std::sqrt(3 * n));
  EXPECT_NEAR(weight.var().item<double>(), limit * limit / 3,
              5 * limit * limit * std::sqrt(4.0 / 45 / n));
}

// The standard error of the mean over n is deviation / sqrt(n); of the variance, variance * sqrt(2
// / n).
void expect_normal(const at::Tensor& weight, double variance) {
  const auto n = static_cast<double>(weight.numel());
  EXPECT_NEAR(weight.mean().item<double>(), 0, 5 * std::sqrt(variance / n));
  EXPECT_NEAR(weight.var().item<double>(), variance, 5 * variance * std::sqrt(2 / n));
}

// By Keras's rule: sqrt(6 / (kH kW (I / groups + O))).
TEST(ParameterStore, weights_begin_uniform_within_glorots_limit) {
  ParameterStore store(at::kDouble, 1);
  expect_uniform(store.weight("pointwise", {128, 64, 1, 1}), std::sqrt(6.0 / (64 + 128)));
  expect_uniform(store.weight("conv", {32, 3, 3, 3}), std::sqrt(6.0 / (9 * (3 + 32))));
  expect_uniform(store.weight("depthwise", {512, 1, 3, 3}, 512), std::sqrt(6.0 / (9 * (1 + 512))));
  expect_uniform(store.weight("dense", {101, 1024}), std::sqrt(6.0 / (1024 + 101)));
}

// Variance 2 / fan out, the fan being kernel height times width times the outputs of a group.
TEST(ParameterStore, by_he_convolutions_begin_normal_with_a_variance_of_two_over_fan_out) {
  ParameterStore store(at::kDouble, 1, Initialization::kHe);
  expect_normal(store.weight("pointwise", {128, 64, 1, 1}), 2.0 / 128);
  expect_normal(store.weight("conv", {32, 3, 3, 3}), 2.0 / (9 * 32));
  expect_normal(store.weight("depthwise", {512, 1, 3, 3}, 512), 2.0 / 9);
}

TEST(ParameterStore, by_he_linear_layers_begin_uniform_within_one_over_the_root_of_fan_in) {
  ParameterStore store(at::kDouble, 1, Initialization::kHe);
  expect_uniform(store.weight("dense", {101, 1024}), 1 / std::sqrt(1024.0));
}

TEST(ParameterStore, a_weight_is_a_function_of_seed_and_name) {
  ParameterStore first(at::kFloat, 1);
  ParameterStore second(at::kFloat, 1);
  second.weight("another one before it", {3, 3});
  const at::Tensor weight = first.weight("a", {8, 4, 3, 3});
  EXPECT_TRUE(at::equal(weight, second.weight("a", {8, 4, 3, 3})));
  EXPECT_FALSE(at::equal(weight, first.weight("b", {8, 4, 3, 3})));
  EXPECT_FALSE(at::equal(weight, ParameterStore(at::kFloat, 2).weight("a", {8, 4, 3, 3})));
}

TEST(ParameterStore, float_weights_are_the_double_ones_rounded) {
  const at::Tensor wide = ParameterStore(at::kDouble, 3).weight("a", {16, 8, 3, 3});
  const at::Tensor narrow = ParameterStore(at::kFloat, 3).weight("a", {16, 8, 3, 3});
  EXPECT_TRUE(at::equal(wide.to(at::kFloat), narrow));
}

TEST(ParameterStore, names_kinds_layout_and_first_values) {
  ParameterStore store(at::kFloat, 1);
  store.weight("conv.weight", {8, 4, 3, 3});
  store.batch_norm("bn", 8);
  store.bias("dense.bias", 5);

  std::vector<std::string> names;
  for (const NamedTensor& named : store.parameters()) {
    names.push_back(named.name);
    EXPECT_TRUE(named.tensor.requires_grad()) << named.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"conv.weight", "bn.weight", "bn.bias", "dense.bias"}));
  EXPECT_EQ(store.parameters()[0].kind, TensorKind::kWeight);
  EXPECT_TRUE(store.parameters()[0].tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(store.parameters()[1].kind, TensorKind::kNormWeight);
  EXPECT_TRUE(at::equal(store.parameters()[1].tensor, at::ones({8})));
  EXPECT_EQ(store.parameters()[2].kind, TensorKind::kNormBias);
  EXPECT_TRUE(at::equal(store.parameters()[2].tensor, at::zeros({8})));
  EXPECT_EQ(store.parameters()[3].kind, TensorKind::kBias);
  EXPECT_TRUE(at::equal(store.parameters()[3].tensor, at::zeros({5})));

  ASSERT_EQ(store.buffers().size(), 2u);
  EXPECT_EQ(store.buffers()[0].name, "bn.running_mean");
  EXPECT_TRUE(at::equal(store.buffers()[0].tensor, at::zeros({8})));
  EXPECT_EQ(store.buffers()[1].name, "bn.running_var");
  EXPECT_TRUE(at::equal(store.buffers()[1].tensor, at::ones({8})));
  EXPECT_FALSE(store.buffers()[0].tensor.requires_grad());
}

}  // namespace
}  // namespace ag::nn
