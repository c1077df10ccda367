// What a step computes. What of it is kept, named and refused: optimizer_state_test.cpp.
#include "framework/optim/optimizer.h"

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <memory>
#include <utility>

#include "tests/unit/optim/optimizer_for_tests.h"

namespace ag::optim {
namespace {

// A single number, moved twice with known gradients.
struct Mover {
  explicit Mover(const OptimizerConfig& config, Form form)
      : parameter(at::full({1}, 1.0, at::kDouble).set_requires_grad(true)),
        optimizer(config, {{"p", parameter, true}}, form) {}
  double move(double gradient, const Hyper& hyper) {
    parameter.mutable_grad() = at::full({1}, gradient, at::kDouble);
    optimizer.step(hyper);
    return parameter.item<double>();
  }
  at::Tensor parameter;
  Optimizer optimizer;
};

class OptimizerFormTest : public ::testing::TestWithParam<Form> {};

// m = 0.9 m + g, g with 0.1 p added for the decay; p -= 0.5 m.
TEST_P(OptimizerFormTest, sgd_with_momentum_and_decay_by_hand) {
  OptimizerConfig config = sgd(0.9, false);
  config.weight_decay = 0.1;
  Mover mover(config, GetParam());
  EXPECT_DOUBLE_EQ(mover.move(0.4, {0.5, 0.9}), 0.75);           // m = 0.4 + 0.1 = 0.5
  EXPECT_DOUBLE_EQ(mover.move(0.1, {0.5, 0.9}), 0.75 - 0.3125);  // m = 0.45 + 0.1 + 0.075 = 0.625
}

// The move is g + 0.9 m.
TEST_P(OptimizerFormTest, sgd_after_nesterov_by_hand) {
  OptimizerConfig config = sgd(0.9, true);
  config.weight_decay = 0;
  Mover mover(config, GetParam());
  EXPECT_DOUBLE_EQ(mover.move(0.5, {0.5, 0.9}), 1 - 0.5 * (0.5 + 0.45));
  EXPECT_DOUBLE_EQ(mover.move(0.1, {0.5, 0.9}), 0.525 - 0.5 * (0.1 + 0.9 * 0.55));
}

// In its first step Adam moves by lr * g / (|g| + eps), whatever the betas, for the corrections
// cancel them.
TEST_P(OptimizerFormTest, adamw_by_hand) {
  OptimizerConfig config = adamw();
  config.weight_decay = 0.1;
  Mover mover(config, GetParam());
  const double first = 1 * (1 - 0.5 * 0.1) - 0.5 * 0.4 / (0.4 + 1e-8);
  EXPECT_NEAR(mover.move(0.4, {0.5, 0.9}), first, 1e-14);
  const double mean = (0.9 * 0.04 + 0.1 * 0.2) / (1 - 0.9 * 0.9);
  const double square = (0.999 * 0.001 * 0.16 + 0.001 * 0.04) / (1 - 0.999 * 0.999);
  const double second = first * (1 - 0.5 * 0.1) - 0.5 * mean / (std::sqrt(square) + 1e-8);
  EXPECT_NEAR(mover.move(0.2, {0.5, 0.9}), second, 1e-12);
}

// v = 0.99 v + 0.01 g^2; m = 0.9 m + g / (sqrt(v) + eps); p -= 0.5 m.
TEST_P(OptimizerFormTest, rmsprop_by_hand) {
  OptimizerConfig config = rmsprop(0.9);
  config.weight_decay = 0;
  Mover mover(config, GetParam());
  const double first = 0.4 / (0.1 * 0.4 + 1e-3);
  EXPECT_NEAR(mover.move(0.4, {0.5, 0.9}), 1 - 0.5 * first, 1e-14);
  const double second = 0.9 * first + 0.2 / (std::sqrt(0.99 * 0.01 * 0.16 + 0.01 * 0.04) + 1e-3);
  EXPECT_NEAR(mover.move(0.2, {0.5, 0.9}), 1 - 0.5 * first - 0.5 * second, 1e-13);
}

INSTANTIATE_TEST_SUITE_P(Forms, OptimizerFormTest, ::testing::Values(Form::kFast, Form::kReference),
                         [](const auto& form) {
                           return form.param == Form::kFast ? "fast" : "reference";
                         });

TEST(Optimizer, the_fast_form_is_the_reference_to_rounding) {
  for (const OptimizerConfig& config : all_kinds()) {
    for (const auto& [type, tolerance] :
         {std::pair(at::kFloat, 2e-6), std::pair(at::kDouble, 4e-15)}) {
      const auto fast_parameters = make_parameters(type);
      const auto reference_parameters = make_parameters(type);
      Optimizer fast(config, fast_parameters);
      Optimizer reference(config, reference_parameters, Form::kReference);
      run(fast, config, fast_parameters, 0, kSteps);
      run(reference, config, reference_parameters, 0, kSteps);
      EXPECT_LT(furthest(fast_parameters, reference_parameters), tolerance)
          << config.name << " " << config.momentum << " " << type;
      EXPECT_GT(furthest(fast_parameters, make_parameters(type)), 1e-2);
    }
  }
}

// LibTorch's own optimizers, on contiguous copies.
template <class Peer, class Options>
double distance_to_peer(const OptimizerConfig& config, const Options& options) {
  const auto ours = make_parameters(at::kDouble);
  auto theirs = make_parameters(at::kDouble);
  std::vector<at::Tensor> decaying;
  std::vector<at::Tensor> plain;
  for (OptimizedParameter& parameter : theirs) {
    parameter.tensor = parameter.tensor.detach().contiguous().set_requires_grad(true);
    (parameter.decays ? decaying : plain).push_back(parameter.tensor);
  }
  Options without_decay = options;
  without_decay.weight_decay(0);
  Optimizer optimizer(config, ours);
  Peer peer({torch::optim::OptimizerParamGroup(decaying, std::make_unique<Options>(options)),
             torch::optim::OptimizerParamGroup(plain, std::make_unique<Options>(without_decay))},
            options);
  for (int step = 0; step < kSteps; ++step) {
    set_gradients(ours, step);
    set_gradients(theirs, step);
    optimizer.step({config.lr, config.name == "adamw" ? config.beta1 : config.momentum});
    peer.step();
  }
  return furthest(ours, theirs);
}

TEST(Optimizer, moves_as_libtorchs_optimizers_do) {
  for (const bool nesterov : {false, true}) {
    EXPECT_LT(
        distance_to_peer<torch::optim::SGD>(
            sgd(0.9, nesterov),
            torch::optim::SGDOptions(0.1).momentum(0.9).nesterov(nesterov).weight_decay(0.01)),
        4e-15);
  }
  EXPECT_LT(distance_to_peer<torch::optim::SGD>(sgd(0, false),
                                                torch::optim::SGDOptions(0.1).weight_decay(0.01)),
            4e-15);
  EXPECT_LT(distance_to_peer<torch::optim::AdamW>(
                adamw(), torch::optim::AdamWOptions(0.01).weight_decay(0.05)),
            4e-15);
  for (const double momentum : {0.0, 0.9}) {
    EXPECT_LT(
        distance_to_peer<torch::optim::RMSprop>(
            rmsprop(momentum),
            torch::optim::RMSpropOptions(0.01).momentum(momentum).eps(1e-3).weight_decay(0.01)),
        4e-15);
  }
}

TEST(Optimizer, decays_weights_alone_unless_asked) {
  for (const bool all : {false, true}) {
    OptimizerConfig config = sgd(0, false);
    config.weight_decay = 0.5;
    config.decay_norm_and_bias = all;
    const auto parameters = make_parameters(at::kDouble);
    const auto before = make_parameters(at::kDouble);
    for (const OptimizedParameter& parameter : parameters) {
      parameter.tensor.mutable_grad() = at::zeros_like(parameter.tensor.detach());
    }
    Optimizer optimizer(config, parameters);
    optimizer.step({0.1, 0});
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const double left = parameters[i].decays || all ? 0.95 : 1;
      EXPECT_TRUE(at::allclose(parameters[i].tensor, left * before[i].tensor, 1e-14, 1e-15))
          << parameters[i].name;
    }
  }
}

TEST(Optimizer, moves_a_parameter_of_another_factor_as_one_of_another_learning_rate) {
  for (const OptimizerConfig& config : all_kinds()) {
    auto mixed = make_parameters(at::kDouble);
    mixed[0].lr_factor = mixed[3].lr_factor = 0.1;
    Optimizer optimizer(config, mixed);
    const auto slow = make_parameters(at::kDouble);
    Optimizer slower(config, slow);
    const auto usual = make_parameters(at::kDouble);
    Optimizer faster(config, usual);
    for (int step = 0; step < kSteps; ++step) {
      set_gradients(mixed, step);
      set_gradients(slow, step);
      set_gradients(usual, step);
      Hyper hyper = hyper_at(config, step);
      optimizer.step(hyper);
      faster.step(hyper);
      hyper.lr *= 0.1;
      slower.step(hyper);
    }
    for (std::size_t i = 0; i < mixed.size(); ++i) {
      const auto& expected = i == 0 || i == 3 ? slow : usual;
      EXPECT_TRUE(at::equal(mixed[i].tensor, expected[i].tensor)) << config.name << " " << i;
    }
  }
}

// Decay, momentum and gradients would all move it.
TEST(Optimizer, lets_a_parameter_stand_still_to_its_first_step_and_then_begins_afresh) {
  constexpr int kFirst = 4;
  for (const OptimizerConfig& config : all_kinds()) {
    auto thawed = make_parameters(at::kDouble);
    for (const std::size_t i : {0, 3}) thawed[i].first_step = kFirst;
    thawed[1].first_step = kNever;
    const auto still = make_parameters(at::kDouble);
    Optimizer optimizer(config, thawed);
    run(optimizer, config, thawed, 0, kFirst);
    for (const std::size_t i : {0, 1, 3}) {
      EXPECT_TRUE(at::equal(thawed[i].tensor, still[i].tensor)) << config.name << " " << i;
    }
    EXPECT_FALSE(at::equal(thawed[2].tensor, still[2].tensor));
    run(optimizer, config, thawed, kFirst, kSteps);
    const auto fresh = make_parameters(at::kDouble);
    Optimizer late(config, fresh);
    run(late, config, fresh, kFirst, kSteps);
    for (const std::size_t i : {0, 3}) {
      EXPECT_TRUE(at::equal(thawed[i].tensor, fresh[i].tensor)) << config.name << " " << i;
    }
    EXPECT_TRUE(at::equal(thawed[1].tensor, still[1].tensor)) << config.name;
  }
}

// A 1x1 kernel has the same bytes in both formats, under other strides.
TEST(Optimizer, takes_gradients_that_differ_in_strides_of_dimensions_of_one_alone) {
  at::Tensor weight = numbers({4, 8, 1, 1}, 0, at::kDouble).set_requires_grad(true);
  const at::Tensor before = weight.detach().clone();
  const at::Tensor gradient = numbers({4, 8, 1, 1}, 1, at::kDouble);
  weight.mutable_grad() = gradient.as_strided({4, 8, 1, 1}, {8, 1, 8, 8});
  Optimizer optimizer(sgd(0, false), {{"w", weight, false}});
  optimizer.step({0.1, 0});
  EXPECT_TRUE(at::allclose(weight, before - 0.1 * gradient, 1e-14, 1e-15));
}

// As gradients lie in a flat bucket, one after the other.
TEST(Optimizer, reads_gradients_that_are_views_of_one_bucket) {
  const auto parameters = make_parameters(at::kDouble);
  const auto separate = make_parameters(at::kDouble);
  std::int64_t total = 0;
  for (const OptimizedParameter& parameter : parameters) total += parameter.tensor.numel();
  const at::Tensor bucket = at::zeros({total}, at::kDouble);
  set_gradients(separate, 0);
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor& tensor = parameters[i].tensor;
    at::Tensor view = bucket.as_strided(tensor.sizes(), tensor.strides(), offset);
    view.copy_(separate[i].tensor.grad());
    tensor.mutable_grad() = view;
    offset += tensor.numel();
  }
  Optimizer ours(sgd(0.9, true), parameters);
  Optimizer plain(sgd(0.9, true), separate);
  ours.step({0.1, 0.9});
  plain.step({0.1, 0.9});
  EXPECT_EQ(furthest(parameters, separate), 0);
}

}  // namespace
}  // namespace ag::optim
