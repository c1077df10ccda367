#include "framework/kernels/cross_entropy.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>

#include "framework/kernels/cpu/choice.h"

namespace ag::kernels {
namespace {

struct LossAndGradient {
  at::Tensor loss, gradient;  // fp64
};

// `weights` [N]: how much each row's loss counts.
LossAndGradient run(const at::Tensor& logits, const at::Tensor& classes, const at::Tensor& weights,
                    double smoothing) {
  const at::Tensor leaf = logits.clone().requires_grad_(true);
  const at::Tensor loss = cross_entropy(leaf, classes, smoothing);
  torch::autograd::backward({(loss * weights.to(loss.scalar_type())).sum()});
  return {loss.detach().to(at::kDouble), leaf.grad().to(at::kDouble)};
}

class CrossEntropyKernels : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { cpu::choose_kernels(GetParam()); }
  void TearDown() override { cpu::choose_kernels("auto"); }
};

// fp64 runs on the reference.
TEST_P(CrossEntropyKernels, agree_with_the_reference_at_any_number_of_classes) {
  at::manual_seed(5);
  for (const std::int64_t count : {1, 2, 7, 8, 16, 33, 101}) {
    for (const double spread : {0.1, 3.0, 60.0}) {
      for (const double smoothing : {0.0, 0.1}) {
        const at::Tensor logits = (at::randn({9, count}, at::kDouble) * spread).to(at::kFloat);
        const at::Tensor classes = at::randint(count, {9}, at::kLong);
        const at::Tensor weights = at::rand({9}, at::kDouble);
        const LossAndGradient fast = run(logits, classes, weights, smoothing);
        const LossAndGradient plain = run(logits.to(at::kDouble), classes, weights, smoothing);
        const std::string what = std::to_string(count) + " classes, " + std::to_string(spread);
        EXPECT_TRUE(at::allclose(fast.loss, plain.loss, 2e-6, 2e-6 * (1 + spread))) << what;
        EXPECT_TRUE(at::allclose(fast.gradient, plain.gradient, 1e-5, 2e-6)) << what;
      }
    }
  }
}

TEST_P(CrossEntropyKernels, hold_logits_that_would_overflow) {
  const at::Tensor logits = at::tensor({500.0F, -500.0F, 499.0F}).unsqueeze(0);
  const LossAndGradient outcome =
      run(logits, at::tensor({1}, at::kLong), at::ones({1}, at::kDouble), /*smoothing=*/0);
  EXPECT_NEAR(outcome.loss.item<double>(), 1000.3133, 1e-3);
  EXPECT_NEAR(outcome.gradient[0][1].item<double>(), -1, 1e-6);
}

TEST_P(CrossEntropyKernels, take_no_rows) {
  const at::Tensor loss =
      cross_entropy(at::empty({0, 101}, at::kFloat), at::empty({0}, at::kLong), 0);
  EXPECT_EQ(loss.numel(), 0);
}

TEST_P(CrossEntropyKernels, refuse_a_class_out_of_range) {
  for (const std::int64_t wrong : {-1, 2}) {
    EXPECT_ANY_THROW(
        cross_entropy(at::zeros({1, 2}, at::kFloat), at::tensor({wrong}, at::kLong), 0));
  }
}

INSTANTIATE_TEST_SUITE_P(Cpu, CrossEntropyKernels, testing::ValuesIn(cpu::kernels_available()),
                         [](const auto& set) { return set.param; });

}  // namespace
}  // namespace ag::kernels
