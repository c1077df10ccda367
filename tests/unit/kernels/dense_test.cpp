#include "framework/kernels/dense.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "framework/kernels/constant_weights.h"
#include "framework/kernels/cpu/choice.h"
#include "tests/support/lively_network.h"

namespace ag::kernels {
namespace {

using test::drawn;

// Sizes that are no multiples of a vector or a tile.
struct Sizes {
  std::int64_t in, out;
};
constexpr Sizes kSizes[] = {{1, 1}, {7, 3}, {33, 101}, {256, 32}, {1024, 1024}, {1000, 101}};

TEST(Dense, agrees_with_the_reference_in_double) {
  const c10::NoGradGuard no_grad;
  for (const auto& [in, out] : kSizes) {
    const at::Tensor x = drawn({5, in}, -1, 1, 1), weight = drawn({out, in}, -1, 1, 2);
    const at::Tensor bias = drawn({out}, -1, 1, 3);
    const at::Tensor expected =
        at::linear(x.to(at::kDouble), weight.to(at::kDouble), bias.to(at::kDouble));
    const double largest = (dense(x, weight, bias) - expected).abs().max().item<double>();
    EXPECT_LT(largest, 2e-7 * static_cast<double>(in)) << in << " to " << out;
    EXPECT_TRUE(at::equal(dense(x, weight, {}) + bias, dense(x, weight, bias)));
  }
}

TEST(Dense, a_rows_result_is_the_same_to_the_bit_in_any_company) {
  const c10::NoGradGuard no_grad;
  const int before = at::get_num_threads();
  for (const auto& [in, out] : kSizes) {
    const at::Tensor x = drawn({67, in}, -1, 1, 4), weight = drawn({out, in}, -1, 1, 5);
    const at::Tensor bias = drawn({out}, -1, 1, 6);
    const at::Tensor together = dense(x, weight, bias);
    at::set_num_threads(3);
    const ConstantWeights constant;
    for (const std::int64_t count : {1, 2, 5, 16, 64}) {
      EXPECT_TRUE(
          at::equal(dense(x.narrow(0, 3, count), weight, bias), together.narrow(0, 3, count)))
          << count << " rows of " << in << " to " << out;
    }
    at::set_num_threads(before);
  }
}

at::Tensor rounded(const at::Tensor& x) {
  return cpu::multiplies_bf16() ? x.to(at::kBFloat16) : x;
}

TEST(Dense, for_features_of_bfloat16_rounds_both_factors_and_nothing_else) {
  const c10::NoGradGuard no_grad;
  for (const auto& [in, out] : kSizes) {
    const at::Tensor x = drawn({16, in}, -1, 1, 7), weight = drawn({out, in}, -1, 1, 8);
    const at::Tensor bias = drawn({out}, -1, 1, 9);
    const at::Tensor expected = at::linear(rounded(x).to(at::kDouble),
                                           rounded(weight).to(at::kDouble), bias.to(at::kDouble));
    const at::Tensor together = dense(x, weight, bias, at::kBFloat16);
    EXPECT_EQ(together.scalar_type(), at::kFloat);
    EXPECT_LT((together - expected).abs().max().item<double>(), 2e-7 * static_cast<double>(in))
        << in << " to " << out;
    const at::Tensor alone = dense(x.narrow(0, 5, 1), weight, bias, at::kBFloat16);
    EXPECT_TRUE(at::equal(alone[0], together[5])) << in << " to " << out;
  }
}

// With a graph they stay as they are.
TEST(Dense, for_features_of_bfloat16_is_trained_in_float) {
  const at::Tensor x = drawn({3, 33}, -1, 1, 7);
  const at::Tensor weight = drawn({101, 33}, -1, 1, 8).requires_grad_();
  EXPECT_TRUE(at::equal(dense(x, weight, {}, at::kBFloat16), dense(x, weight, {})));
}

// Of x, weight and bias, where each has one.
std::vector<at::Tensor> gradients(const at::Tensor& x, const at::Tensor& weight,
                                  const at::Tensor& bias, const at::Tensor& grad,
                                  at::ScalarType type) {
  std::vector<at::Tensor> leaves;
  for (const at::Tensor& one : {x, weight, bias})
    leaves.push_back(one.to(type).clone().requires_grad_());
  dense(leaves[0], leaves[1], leaves[2]).backward(grad.to(type));
  return {leaves[0].grad(), leaves[1].grad(), leaves[2].grad()};
}

// In double it is ATen's.
TEST(Dense, gradients_agree_with_the_reference_in_double_on_any_number_of_threads) {
  const int before = at::get_num_threads();
  for (const int threads : {1, 3}) {
    at::set_num_threads(threads);
    for (const auto& [in, out] : kSizes) {
      const at::Tensor x = drawn({67, in}, -1, 1, 9), weight = drawn({out, in}, -1, 1, 10);
      const at::Tensor bias = drawn({out}, -1, 1, 11), grad = drawn({67, out}, -1, 1, 12);
      const auto actual = gradients(x, weight, bias, grad, at::kFloat);
      const auto expected = gradients(x, weight, bias, grad, at::kDouble);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_LT((actual[i] - expected[i]).norm().item<double>(),
                  1e-6 * expected[i].norm().item<double>())
            << in << " to " << out << ", gradient " << i;
      }
    }
  }
  at::set_num_threads(before);
}

TEST(Dense, a_frozen_weight_gets_no_gradient) {
  const at::Tensor x = drawn({3, 4}, -1, 1, 7).requires_grad_();
  const at::Tensor weight = drawn({2, 4}, -1, 1, 8);
  dense(x, weight, {}).sum().backward();
  EXPECT_FALSE(weight.grad().defined());
  EXPECT_TRUE(at::allclose(x.grad(), weight.sum(0).expand({3, 4})));
}

}  // namespace
}  // namespace ag::kernels
