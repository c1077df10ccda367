#include "framework/kernels/bn_act.h"

#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <limits>
#include <tuple>

#include "framework/core/error.h"
#include "framework/kernels/bn_act_forms.h"
#include "tests/support/threads_as_ranks.h"

namespace ag::kernels {
namespace {

using Form = decltype(&bn_act_reference);

// Inputs, and what a forward and backward pass made of them.
struct Problem {
  at::Tensor x, weight, bias, running_mean, running_var;
  at::Tensor seed;  // the gradient at the output

  Problem copy() const {
    Problem copied = {x.detach().clone(),   weight.detach().clone(), bias.detach().clone(),
                      running_mean.clone(), running_var.clone(),     seed};
    for (at::Tensor* tensor : {&copied.x, &copied.weight, &copied.bias}) {
      tensor->requires_grad_(true);
    }
    return copied;
  }
};

struct BnActOutcome {
  at::Tensor y, grad_x, grad_weight, grad_bias, running_mean, running_var;
};

Problem make_problem(at::IntArrayRef shape, at::ScalarType type, std::int64_t pad_end = 0) {
  at::manual_seed(static_cast<std::uint64_t>(shape[1]));
  const at::TensorOptions options(type);
  const auto channels_last = at::MemoryFormat::ChannelsLast;
  Problem problem;
  problem.x = (at::randn(shape, options) * 3 + 1).contiguous(channels_last);
  problem.weight = at::rand({shape[1]}, options) + 0.5;
  problem.bias = at::randn({shape[1]}, options) + 2;
  problem.running_mean = at::randn({shape[1]}, options);
  problem.running_var = at::rand({shape[1]}, options) + 0.5;
  problem.seed = at::randn({shape[0], shape[1], shape[2] + pad_end, shape[3] + pad_end}, options)
                     .contiguous(channels_last);
  return problem;
}

BnActOutcome run(const Problem& given, const BnActOptions& options, Form form = bn_act) {
  const Problem problem = given.copy();
  const at::Tensor y = form(problem.x, problem.weight, problem.bias, problem.running_mean,
                            problem.running_var, options);
  torch::autograd::backward({y}, {problem.seed});
  return {y.detach(),          problem.x.grad(),     problem.weight.grad(),
          problem.bias.grad(), problem.running_mean, problem.running_var};
}

at::Tensor activated(const at::Tensor& x, Activation activation) {
  if (activation == Activation::kRelu) return at::relu(x);
  return activation == Activation::kRelu6 ? at::hardtanh(x, 0, 6) : x;
}

// The same by PyTorch's own operators.
BnActOutcome run_pytorch(const Problem& given, const BnActOptions& options) {
  const Problem problem = given.copy();
  const at::Tensor y =
      activated(at::batch_norm(problem.x, problem.weight, problem.bias, problem.running_mean,
                               problem.running_var, options.training, 1 - options.momentum,
                               options.eps, false),
                options.activation);
  torch::autograd::backward({y}, {problem.seed});
  return {y.detach(),          problem.x.grad(),     problem.weight.grad(),
          problem.bias.grad(), problem.running_mean, problem.running_var};
}

void expect_near(const at::Tensor& actual, const at::Tensor& expected, double tolerance,
                 const char* name) {
  ASSERT_EQ(actual.sizes(), expected.sizes()) << name;
  const double scale = expected.numel() == 0 ? 0 : expected.abs().max().item<double>();
  const double distance =
      expected.numel() == 0 ? 0 : (actual - expected).abs().max().item<double>();
  EXPECT_LE(distance, tolerance * (1 + scale)) << name;
}

void expect_near(const BnActOutcome& actual, const BnActOutcome& expected, double tolerance) {
  expect_near(actual.y, expected.y, tolerance, "y");
  expect_near(actual.grad_x, expected.grad_x, tolerance, "gradient of x");
  expect_near(actual.grad_weight, expected.grad_weight, tolerance, "gradient of weight");
  expect_near(actual.grad_bias, expected.grad_bias, tolerance, "gradient of bias");
  expect_near(actual.running_mean, expected.running_mean, tolerance, "running mean");
  expect_near(actual.running_var, expected.running_var, tolerance, "running variance");
}

at::Tensor vector_of(std::initializer_list<double> numbers) {
  return at::tensor(at::ArrayRef<double>(numbers), at::kDouble);
}

// The numbers 1, 2, 3, 6 have mean 3 and squared deviations 4, 1, 0, 9: biased variance 3.5,
// unbiased 14 / 3. With eps 0.5 the deviation is 2, so that y = (x - 3) / 2 * 2 + 1 = x - 2.
TEST(BnAct, normalises_scales_shifts_and_cuts_off) {
  for (const Form form : {bn_act_reference, bn_act_aten}) {
    const at::Tensor running_mean = vector_of({1});
    const at::Tensor running_var = vector_of({2});
    const at::Tensor y = form(vector_of({1, 2, 3, 6}).view({2, 1, 1, 2}), vector_of({2}),
                              vector_of({1}), running_mean, running_var,
                              {.training = true,
                               .momentum = 0.75,
                               .eps = 0.5,
                               .activation = Activation::kRelu,
                               .real = 2});
    EXPECT_TRUE(at::allclose(y.flatten(), vector_of({0, 0, 1, 4})));
    EXPECT_DOUBLE_EQ(running_mean.item<double>(), 0.75 * 1 + 0.25 * 3);
    EXPECT_DOUBLE_EQ(running_var.item<double>(), 0.75 * 2 + 0.25 * 14 / 3);
  }
}

using Case = std::tuple<std::int64_t, Activation, bool>;  // channels, activation, training

class BnActAgainstPyTorch : public ::testing::TestWithParam<Case> {};

TEST_P(BnActAgainstPyTorch, every_form_gives_the_same_forward_and_backward) {
  const auto [channels, activation, training] = GetParam();
  const BnActOptions options = {.training = training, .activation = activation, .real = 5};
  for (const auto& [type, tolerance] :
       {std::pair(at::kDouble, 1e-12), std::pair(at::kFloat, 1e-5)}) {
    const Problem problem = make_problem({5, channels, 7, 3}, type);
    const BnActOutcome expected = run_pytorch(problem, options);
    expect_near(run(problem, options, bn_act_reference), expected, tolerance);
    expect_near(run(problem, options, bn_act_aten), expected, tolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, BnActAgainstPyTorch,
                         ::testing::Combine(::testing::Values(1, 3, 17),
                                            ::testing::Values(Activation::kNone, Activation::kRelu,
                                                              Activation::kRelu6),
                                            ::testing::Bool()));

// d/dp of sum(y * seed), by the difference of two forward passes.
at::Tensor finite_difference(const Problem& problem, at::Tensor Problem::*member,
                             const BnActOptions& options) {
  constexpr double kStep = 1e-6;
  const auto value = [&](std::int64_t i, double step) {
    const Problem moved = problem.copy();
    const c10::NoGradGuard no_grad;
    (moved.*member).view(-1)[i] += step;
    const at::Tensor y = bn_act_reference(moved.x, moved.weight, moved.bias, moved.running_mean,
                                          moved.running_var, options);
    return (y * moved.seed).sum().item<double>();
  };
  at::Tensor result = at::empty_like(problem.*member);
  for (std::int64_t i = 0; i < result.numel(); ++i) {
    result.view(-1)[i] = (value(i, kStep) - value(i, -kStep)) / (2 * kStep);
  }
  return result;
}

TEST(BnAct, gradients_are_those_of_finite_differences_over_a_prefix) {
  constexpr std::int64_t kRows = 4;
  for (const std::int64_t channels : {1, 3, 17}) {
    for (const bool training : {true, false}) {
      const BnActOptions options = {
          .training = training, .activation = Activation::kRelu6, .pad_end = 1, .real = 3};
      Problem problem = make_problem({kRows, channels, 3, 5}, at::kDouble, options.pad_end);
      // Contiguous, so that view(-1) works; and the loss doesn't see what is filled up.
      problem.x = problem.x.contiguous();
      if (training) problem.seed.narrow(0, options.real, kRows - options.real).zero_();
      const BnActOutcome actual = run(problem, options, bn_act_reference);
      constexpr double kTolerance = 1e-7;
      expect_near(actual.grad_x, finite_difference(problem, &Problem::x, options), kTolerance, "x");
      expect_near(actual.grad_weight, finite_difference(problem, &Problem::weight, options),
                  kTolerance, "weight");
      expect_near(actual.grad_bias, finite_difference(problem, &Problem::bias, options), kTolerance,
                  "bias");
    }
  }
}

TEST(BnAct, what_fills_the_batch_up_changes_nothing_for_the_rest) {
  const Problem whole = make_problem({5, 3, 7, 3}, at::kDouble);
  Problem part = whole.copy();
  part.x = whole.x.narrow(0, 0, 3).detach();
  part.seed = whole.seed.narrow(0, 0, 3);
  const BnActOptions options = {.training = true, .activation = Activation::kRelu6, .real = 3};

  BnActOutcome actual = run(whole, options);
  EXPECT_EQ(actual.grad_x.narrow(0, 3, 2).abs().max().item<double>(), 0);
  EXPECT_TRUE(actual.y.isfinite().all().item<bool>());
  actual.y = actual.y.narrow(0, 0, 3);
  actual.grad_x = actual.grad_x.narrow(0, 0, 3);
  expect_near(actual, run_pytorch(part, options), 1e-12);
}

TEST(BnAct, a_batch_in_which_no_picture_counts_leaves_everything_alone) {
  const Problem problem = make_problem({2, 3, 4, 4}, at::kDouble);
  const BnActOptions options = {.training = true, .real = 0};
  const BnActOutcome outcome = run(problem, options);
  EXPECT_TRUE(at::equal(outcome.running_mean, problem.running_mean));
  EXPECT_TRUE(at::equal(outcome.running_var, problem.running_var));
  for (const at::Tensor& grad : {outcome.grad_x, outcome.grad_weight, outcome.grad_bias}) {
    EXPECT_EQ(grad.abs().max().item<double>(), 0);
  }
  BnActOptions evaluation = options;
  evaluation.training = false;
  expect_near(outcome.y, run_pytorch(problem, evaluation).y, 1e-12, "y");
}

// PyTorch divides by count - 1 here, and refuses.
TEST(BnAct, a_single_number_a_channel_has_variance_0) {
  Problem problem = make_problem({1, 3, 1, 1}, at::kDouble);
  const BnActOutcome outcome = run(problem, {.training = true, .momentum = 0.5, .real = 1});
  expect_near(outcome.y.flatten(), problem.bias, 1e-12, "y");
  expect_near(outcome.running_var, problem.running_var * 0.5, 1e-12, "running variance");
  EXPECT_EQ(outcome.grad_x.abs().max().item<double>(), 0);
}

class BnActOverRanks : public ::testing::TestWithParam<std::vector<std::int64_t>> {};

// Each rank holds three rows, of which the parameter's numbers count; the rest is garbage.
TEST_P(BnActOverRanks, synchronised_ranks_make_what_one_rank_makes) {
  constexpr std::int64_t kRows = 3;
  const std::vector<std::int64_t>& counts = GetParam();
  const auto ranks = static_cast<int>(counts.size());
  const Problem all = make_problem({kRows * ranks, 17, 5, 3}, at::kDouble);

  std::vector<at::Tensor> counted_x, counted_seed;
  for (int rank = 0; rank < ranks; ++rank) {
    counted_x.push_back(all.x.narrow(0, rank * kRows, counts[rank]));
    counted_seed.push_back(all.seed.narrow(0, rank * kRows, counts[rank]));
  }
  Problem one = all.copy();
  one.x = at::cat(counted_x).detach();
  one.seed = at::cat(counted_seed);
  const BnActOutcome expected =
      run_pytorch(one, {.training = true, .activation = Activation::kRelu6});

  std::vector<BnActOutcome> outcomes(counts.size());
  test::run_as_ranks(ranks, [&](int rank, const test::AllReduceSum& all_reduce_sum) {
    Problem own = all.copy();
    own.x = all.x.narrow(0, rank * kRows, kRows).detach();
    own.seed = all.seed.narrow(0, rank * kRows, kRows);
    outcomes[rank] = run(own, {.training = true,
                               .activation = Activation::kRelu6,
                               .real = counts[rank],
                               .all_reduce_sum = all_reduce_sum});
  });

  BnActOutcome joined = outcomes[0];
  joined.grad_weight = at::zeros_like(all.weight);
  joined.grad_bias = at::zeros_like(all.bias);
  std::vector<at::Tensor> y, grad_x;
  for (int rank = 0; rank < ranks; ++rank) {
    const BnActOutcome& outcome = outcomes[rank];
    y.push_back(outcome.y.narrow(0, 0, counts[rank]));
    grad_x.push_back(outcome.grad_x.narrow(0, 0, counts[rank]));
    joined.grad_weight += outcome.grad_weight;
    joined.grad_bias += outcome.grad_bias;
    EXPECT_TRUE(at::equal(outcome.running_mean, joined.running_mean));
    EXPECT_TRUE(at::equal(outcome.running_var, joined.running_var));
  }
  joined.y = at::cat(y);
  joined.grad_x = at::cat(grad_x);
  expect_near(joined, expected, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Counts, BnActOverRanks,
                         ::testing::Values(std::vector<std::int64_t>{3, 3},
                                           std::vector<std::int64_t>{3, 1},
                                           std::vector<std::int64_t>{0, 2},
                                           std::vector<std::int64_t>{3, 3, 2, 0}));

// A variance of 1e-3 around 1000: sums of squares would lose six digits of it.
TEST(BnAct, a_large_mean_costs_no_digits_of_a_small_variance) {
  Problem problem = make_problem({8, 3, 5, 5}, at::kDouble);
  problem.x = problem.x * 0.01 + 1000;
  const BnActOptions options = {.training = true, .eps = 1e-5, .real = 8};
  expect_near(run(problem, options, bn_act_reference).running_var,
              problem.running_var * 0.9 + problem.x.var({0, 2, 3}, true) * 0.1, 1e-13, "variance");
}

TEST(BnAct, padding_is_zeros_behind_the_last_row_and_column) {
  for (const Form form : {bn_act_reference, bn_act_aten}) {
    for (const Activation activation : {Activation::kNone, Activation::kRelu6}) {
      BnActOptions options = {.training = true, .activation = activation, .real = 2};
      const Problem plain = make_problem({2, 3, 4, 5}, at::kDouble);
      Problem padded = plain;
      padded.seed = at::constant_pad_nd(plain.seed, {0, 1, 0, 1}, 100.0);
      const BnActOutcome expected = run(plain, options, form);
      options.pad_end = 1;
      BnActOutcome actual = run(padded, options, form);
      EXPECT_TRUE(at::equal(actual.y, at::constant_pad_nd(expected.y, {0, 1, 0, 1}, 0.0)));
      actual.y = expected.y;
      expect_near(actual, expected, 1e-14);
    }
  }
}

// A gradient behind a mean over pixels has no layout of its own.
TEST(BnAct, result_and_gradient_are_laid_out_as_the_input_whatever_the_gradient_behind) {
  const auto layout = at::MemoryFormat::ChannelsLast;
  for (const std::int64_t real : {1, 2}) {  // the reference, ATen's
    Problem problem = make_problem({2, 3, 4, 4}, at::kFloat);
    problem.seed = at::ones({2, 3, 1, 1}).expand({2, 3, 4, 4});
    const BnActOutcome outcome =
        run(problem, {.training = true, .activation = Activation::kRelu6, .real = real});
    EXPECT_TRUE(outcome.y.is_contiguous(layout));
    EXPECT_TRUE(outcome.grad_x.is_contiguous(layout));
  }
}

TEST(BnAct, refuses_what_does_not_fit) {
  const Problem problem = make_problem({2, 3, 4, 4}, at::kFloat);
  EXPECT_THROW(run(problem, {.training = true, .real = 3}), Error);
  EXPECT_THROW(run(problem, {.training = true, .real = -1}), Error);
  Problem wrong_channels = problem;
  wrong_channels.bias = at::zeros({4});
  EXPECT_THROW(run(wrong_channels, {}), Error);
  Problem wrong_type = problem;
  wrong_type.running_var = problem.running_var.to(at::kDouble);
  EXPECT_THROW(run(wrong_type, {}), Error);
}

}  // namespace
}  // namespace ag::kernels
