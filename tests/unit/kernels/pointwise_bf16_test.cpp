#include "framework/kernels/pointwise_bf16.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "framework/kernels/constant_weights.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/cpu/pointwise.h"

namespace ag::kernels {
namespace {

constexpr std::int64_t kRows = 701;  // more than a block's
constexpr std::int64_t kIn = 257;
constexpr std::int64_t kOut = 260;

at::Tensor rounded(const at::Tensor& tensor) {
  return tensor.to(at::kBFloat16).to(at::kFloat);
}

double apart(const at::Tensor& actual, const at::Tensor& expected) {
  const at::Tensor wanted = expected.to(at::kDouble);
  return ((actual.to(at::kDouble) - wanted).norm() / wanted.norm()).item<double>();
}

at::Tensor of(const std::vector<double>& values) {
  return at::tensor(values, at::kDouble);
}

cpu::Bf16* data(const at::Tensor& tensor) {
  return reinterpret_cast<cpu::Bf16*>(tensor.data_ptr());
}

// x, deferred, and what a reader of it sees.
struct PointwiseProblem {
  at::Tensor x = at::randn({kRows, kIn}).to(at::kBFloat16);
  at::Tensor scale = at::rand({kIn}) + 0.5;
  at::Tensor shift = at::randn({kIn});
  at::Tensor weight = at::randn({kOut, kIn});
  cpu::Deferred deferred = {scale.const_data_ptr<float>(), shift.const_data_ptr<float>(),
                            Activation::kRelu};
  at::Tensor z = x.to(at::kFloat) * scale + shift;
};

// The bounds are a few roundings to 8 bits.
constexpr double kBound = 0.01;
constexpr const char* kMatrixProduct = "matrix_product";

// LibTorch's matrix product, and every set of kernels that this processor has.
std::vector<std::string> ways() {
  std::vector<std::string> names = cpu::kernels_available();
  names[0] = kMatrixProduct;  // instead of the reference, which has no bfloat16
  return names;
}

class PointwiseBf16 : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    at::manual_seed(1);
    if (!by_matrix_product()) cpu::choose_kernels(GetParam());
  }
  void TearDown() override { cpu::choose_kernels("auto"); }

  static bool by_matrix_product() { return GetParam() == kMatrixProduct; }
};

TEST_P(PointwiseBf16, forward_normalises_multiplies_and_sums) {
  constexpr std::int64_t kCounted = 599;
  const PointwiseProblem problem;
  const at::Tensor y = at::empty({kRows, kOut}, at::kBFloat16);
  cpu::Moments moments(kOut);
  const auto packed = cpu::pack_for_forward<cpu::Bf16>(numbers(problem.weight), kIn, kOut);
  const cpu::PointwiseForward<cpu::Bf16> job = {data(problem.x), problem.deferred, &packed,
                                                data(y)};
  const auto forward = [&](std::int64_t begin, std::int64_t end, cpu::Moments* sums) {
    if (by_matrix_product()) {
      pointwise_forward_bf16(problem.x, problem.deferred, problem.weight, y, begin, end, sums);
    } else {
      cpu::pointwise_forward(job, begin, end, sums);
    }
  };
  forward(0, kCounted, &moments);
  forward(kCounted, kRows, nullptr);
  EXPECT_LE(apart(y, at::relu(problem.z).mm(rounded(problem.weight).t())), kBound);
  EXPECT_EQ(moments.rows, kCounted);
  const at::Tensor pivot = at::tensor(moments.pivot, at::kFloat);
  const at::Tensor centred = (y.to(at::kFloat) - pivot).narrow(0, 0, kCounted);
  EXPECT_LE(apart(of(moments.sum), centred.sum(0)), 1e-4);
  EXPECT_LE(apart(of(moments.squares), centred.square().sum(0)), 1e-4);
}

TEST_P(PointwiseBf16, backward_gives_gradients_of_input_and_weights_and_sums) {
  const PointwiseProblem problem;
  const at::Tensor y = at::randn({kRows, kOut}).to(at::kBFloat16);
  const at::Tensor grad = at::randn({kRows, kOut}).to(at::kBFloat16);
  const at::Tensor of_dz = at::rand({kOut}), of_y = at::rand({kOut}), constant = at::rand({kOut});
  const at::Tensor mean = at::randn({kIn});
  const at::Tensor dy = grad.to(at::kFloat) * of_dz + y.to(at::kFloat) * of_y + constant;
  const cpu::OutputGradient<cpu::Bf16> output = {.grad = data(grad),
                                                 .y = data(y),
                                                 .of_dz = of_dz.const_data_ptr<float>(),
                                                 .of_y = of_y.const_data_ptr<float>(),
                                                 .constant = constant.const_data_ptr<float>(),
                                                 .grad_is_dz = true};
  const at::Tensor grad_x = at::empty_like(problem.x);
  const at::Tensor grad_weight = at::zeros({kOut, kIn});
  cpu::GradientSums sums(kIn);
  if (by_matrix_product()) {
    pointwise_backward_bf16({.x = problem.x,
                             .weight = problem.weight,
                             .deferred = problem.deferred,
                             .mean = mean.const_data_ptr<float>(),
                             .output = output,
                             .grad_x = grad_x},
                            0, kRows, grad_weight, sums);
  } else {
    const auto packed = cpu::pack_for_backward<cpu::Bf16>(numbers(problem.weight), kIn, kOut);
    cpu::pointwise_backward<cpu::Bf16>({.x = data(problem.x),
                                        .deferred = problem.deferred,
                                        .mean = mean.const_data_ptr<float>(),
                                        .in = kIn,
                                        .out = kOut,
                                        .output = output,
                                        .weights = &packed,
                                        .grad_x = data(grad_x)},
                                       0, kRows, grad_weight.mutable_data_ptr<float>(), &sums);
  }

  const at::Tensor dz = dy.mm(rounded(problem.weight)) * (problem.z > 0);
  EXPECT_LE(apart(grad_x, dz), kBound);
  EXPECT_LE(apart(grad_weight, dy.t().mm(at::relu(problem.z))), kBound);
  const at::Tensor written = grad_x.to(at::kFloat);
  EXPECT_LE(apart(of(sums.dz), written.sum(0)), 1e-4);
  EXPECT_LE(apart(of(sums.dz_centred), (written * (problem.x.to(at::kFloat) - mean)).sum(0)), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Cpu, PointwiseBf16, testing::ValuesIn(ways()),
                         [](const auto& way) { return way.param; });

}  // namespace
}  // namespace ag::kernels
