// What frozen stages do to a training step.
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <map>
#include <string>
#include <vector>

#include "framework/core/error.h"
#include "framework/nn/loss.h"
#include "framework/nn/network.h"

namespace ag::nn {
namespace {

constexpr std::int64_t kRows = 4;
constexpr std::int64_t kPixels = 32;
const std::vector<std::uint32_t> kSamples = {7, 8, 9, 10};

at::Tensor pictures() {
  return at::arange(kRows * 3 * kPixels * kPixels, at::kDouble)
      .mul_(0.7)
      .sin_()
      .view({kRows, 3, kPixels, kPixels});
}

void backward(Network& network, int frozen_stages) {
  const ForwardContext context = {
      .training = true, .frozen_stages = frozen_stages, .real = kRows, .samples = kSamples};
  const Prediction prediction = network.forward(pictures(), context);
  const at::Tensor labels = at::tensor({0, 1, 1, 0}, at::kLong);
  torch::autograd::backward({compute_loss(prediction, labels, labels, kRows, kRows, {}).loss}, {});
}

bool frozen(const NamedTensor& named, int stages) {
  return named.stage != kHeadStage && named.stage < stages;
}

class Freezing : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Network> make() const {
    return make_network({.name = GetParam(), .width = 0.35, .hidden = 16}, kPixels, at::kDouble, 3);
  }
};

TEST_P(Freezing, gives_frozen_stages_no_gradient_and_leaves_their_statistics) {
  for (const int stages : {1, 3, 5}) {
    const auto network = make();
    std::map<std::string, at::Tensor> before;
    for (const NamedTensor& buffer : network->buffers()) {
      before[buffer.name] = buffer.tensor.clone();
    }
    backward(*network, stages);
    for (const NamedTensor& parameter : network->parameters()) {
      EXPECT_EQ(parameter.tensor.grad().defined(), !frozen(parameter, stages)) << parameter.name;
    }
    for (const NamedTensor& buffer : network->buffers()) {
      EXPECT_EQ(at::equal(buffer.tensor, before[buffer.name]), frozen(buffer, stages))
          << buffer.name << " with " << stages << " frozen stages";
    }
  }
}

TEST_P(Freezing, has_five_stages_and_a_head) {
  const auto network = make();
  int stage = 0;
  for (const NamedTensor& parameter : network->parameters()) {
    if (parameter.stage == kHeadStage) continue;
    EXPECT_TRUE(parameter.stage == stage || parameter.stage == stage + 1) << parameter.name;
    stage = parameter.stage;
  }
  EXPECT_EQ(stage, 4);
}

// Without dropout nothing is left of training but what the head learns.
TEST_P(Freezing, makes_of_a_wholly_frozen_trunk_what_evaluation_makes) {
  const auto network = make_network({.name = GetParam(), .width = 0.35, .dropout = 0, .hidden = 16},
                                    kPixels, at::kDouble, 3);
  backward(*network, 0);  // so that running statistics are not those that it begins with
  const c10::NoGradGuard no_grad;
  const ForwardContext context = {
      .training = true, .frozen_stages = 5, .real = kRows, .samples = kSamples};
  const Prediction training = network->forward(pictures(), context);
  const Prediction evaluation = network->forward(pictures(), {});
  EXPECT_TRUE(at::equal(training.age, evaluation.age));
  EXPECT_TRUE(at::equal(training.gender, evaluation.gender));
  const Prediction unfrozen =
      network->forward(pictures(), {.training = true, .real = kRows, .samples = kSamples});
  EXPECT_FALSE(at::allclose(unfrozen.age, evaluation.age));
}

INSTANTIATE_TEST_SUITE_P(Families, Freezing,
                         ::testing::Values("mobilenet_v1", "mobilenet_v2", "mobilenet_v3_small"),
                         [](const auto& tested) { return tested.param; });

TEST(AgeHead, has_the_size_that_its_loss_wants) {
  struct Case {
    AgeOutput output;
    std::int64_t weights, biases;
  };
  for (const Case& expected :
       {Case{AgeOutput::kClasses, 101, 101}, Case{AgeOutput::kThresholds, 100, 100},
        Case{AgeOutput::kSharedThresholds, 1, 100}, Case{AgeOutput::kYears, 1, 1}}) {
    const auto network =
        make_network({.width = 0.25, .hidden = 16}, 32, at::kFloat, 1, expected.output);
    for (const NamedTensor& named : network->parameters()) {
      if (named.name == "head.age.weight") {
        EXPECT_EQ(named.tensor.sizes(), (std::vector<std::int64_t>{expected.weights, 16}));
      } else if (named.name == "head.age.bias") {
        EXPECT_EQ(named.tensor.sizes(), (std::vector<std::int64_t>{expected.biases}));
      }
    }
    const c10::NoGradGuard no_grad;
    const at::Tensor age = network->forward(pictures().to(at::kFloat), {}).age;
    EXPECT_EQ(age.sizes(), (std::vector<std::int64_t>{kRows, age_outputs(expected.output)}));
  }
}

// Two thresholds differ by their biases whatever the picture: CORAL's rank consistency.
TEST(AgeHead, with_shared_thresholds_orders_them_alike_for_every_picture) {
  const auto network =
      make_network({.width = 0.25, .hidden = 16}, 32, at::kDouble, 1, AgeOutput::kSharedThresholds);
  const c10::NoGradGuard no_grad;
  for (const NamedTensor& named : network->parameters()) {
    if (named.name == "head.age.bias") named.tensor.copy_(at::arange(100, at::kDouble).cos());
  }
  const at::Tensor age = network->forward(pictures(), {}).age;
  const at::Tensor bias = at::arange(100, at::kDouble).cos();
  EXPECT_TRUE(at::allclose(age - age.select(1, 0).unsqueeze(1), (bias - bias[0]).expand({4, 100}),
                           1e-12, 1e-12));
  EXPECT_FALSE(at::equal(age[0], age[1]));
}

}  // namespace
}  // namespace ag::nn
