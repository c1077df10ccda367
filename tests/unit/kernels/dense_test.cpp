#include "framework/kernels/dense.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "framework/kernels/constant_weights.h"
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

TEST(Dense, has_a_graph_where_one_is_wanted) {
  const at::Tensor x = drawn({3, 4}, -1, 1, 7);
  const at::Tensor weight = drawn({2, 4}, -1, 1, 8).requires_grad_();
  dense(x, weight, {}).sum().backward();
  EXPECT_TRUE(at::allclose(weight.grad(), x.sum(0).expand({2, 4})));
}

}  // namespace
}  // namespace ag::kernels
