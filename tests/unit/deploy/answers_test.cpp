#include "framework/deploy/answers.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "framework/deploy/graph_runner.h"
#include "tests/support/lively_network.h"

namespace ag::deploy {
namespace {

using test::all_models;
using test::lively_network;
using test::name_of;
using test::varied_pictures;

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(AnsweringGraph, tells_what_the_network_tells_in_every_family_and_flavour) {
  const c10::NoGradGuard no_grad;
  for (const nn::ModelConfig& model : all_models(0.5)) {
    for (const int size : {64, 75}) {
      SCOPED_TRACE(name_of(model) + " at " + std::to_string(size));
      const std::unique_ptr<nn::Network> network = lively_network(model, size, at::kDouble);
      const at::Tensor pictures = varied_pictures(3, size).to(at::kDouble);
      const nn::Prediction told = network->forward(pictures, {});

      const nn::Graph graph = answering_graph(*network);
      const std::vector<at::Tensor> answers =
          run_graph(graph, nn::scaled(nn::flavour_of(model).scaling, pictures));
      ASSERT_EQ(answers.size(), 3U);
      const at::Tensor ages = at::softmax(told.age, 1);
      EXPECT_EQ(graph.outputs[0].name, kAgeProbabilities);
      EXPECT_LT(largest_difference(answers[0], ages), 1e-9);
      EXPECT_EQ(graph.outputs[1].name, kAgeYears);
      EXPECT_LT(largest_difference(answers[1], ages.mv(at::arange(101, at::kDouble))), 1e-7);
      EXPECT_EQ(graph.outputs[2].name, kGenderProbabilities);
      EXPECT_LT(largest_difference(answers[2], at::softmax(told.gender, 1)), 1e-9);
    }
  }
}

// Of thresholds the age is the sum of the probabilities of being older than each.
TEST(AnsweringGraph, of_a_head_of_thresholds_tells_each_and_their_sum) {
  const c10::NoGradGuard no_grad;
  for (const nn::AgeOutput kind : {nn::AgeOutput::kThresholds, nn::AgeOutput::kSharedThresholds}) {
    const nn::ModelConfig model = all_models(0.25).front();
    const std::unique_ptr<nn::Network> network = lively_network(model, 40, at::kDouble, kind);
    const at::Tensor pictures = varied_pictures(3, 40).to(at::kDouble);
    const nn::Prediction told = network->forward(pictures, {});
    const at::Tensor older = 1 / (1 + (-told.age).exp());

    const nn::Graph graph = answering_graph(*network);
    const std::vector<at::Tensor> answers = run_graph(graph, pictures);
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(graph.outputs[0].name, kAgeOlder);
    EXPECT_EQ(answers[0].sizes(), (at::IntArrayRef{3, 100}));
    EXPECT_LT(largest_difference(answers[0], older), 1e-9);
    EXPECT_EQ(graph.outputs[1].name, kAgeYears);
    EXPECT_LT(largest_difference(answers[1], older.sum(1)), 1e-7);
    EXPECT_GT(largest_difference(answers[1][0], answers[1][1]), 0.1);
    EXPECT_EQ(graph.outputs[2].name, kGenderProbabilities);
    EXPECT_LT(largest_difference(answers[2], at::softmax(told.gender, 1)), 1e-9);
  }
}

TEST(AnsweringGraph, of_a_head_of_years_tells_the_years_alone) {
  const c10::NoGradGuard no_grad;
  const nn::ModelConfig model = all_models(0.25).front();
  const std::unique_ptr<nn::Network> network =
      lively_network(model, 40, at::kDouble, nn::AgeOutput::kYears);
  const at::Tensor pictures = varied_pictures(3, 40).to(at::kDouble);
  const nn::Prediction told = network->forward(pictures, {});

  const nn::Graph graph = answering_graph(*network);
  const std::vector<at::Tensor> answers = run_graph(graph, pictures);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(graph.outputs[0].name, kAgeYears);
  EXPECT_EQ(answers[0].sizes(), (at::IntArrayRef{3}));
  EXPECT_LT(largest_difference(answers[0], told.age.squeeze(1)), 1e-9);
  EXPECT_GT(largest_difference(answers[0][0], answers[0][1]), 0.01);
  EXPECT_EQ(graph.outputs[1].name, kGenderProbabilities);
  EXPECT_LT(largest_difference(answers[1], at::softmax(told.gender, 1)), 1e-9);
}

TEST(AnsweringGraph, has_no_batch_norm_left) {
  for (const nn::ModelConfig& model : all_models(0.25)) {
    const nn::Graph graph = answering_graph(*lively_network(model, 32));
    for (const nn::GraphNode& node : graph.nodes)
      EXPECT_FALSE(std::holds_alternative<nn::op::BatchNorm>(node.op)) << node.name;
  }
}

}  // namespace
}  // namespace ag::deploy
