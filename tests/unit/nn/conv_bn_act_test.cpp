#include "framework/nn/conv_bn_act.h"

#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ag::nn {
namespace {

// The definition, pixel by pixel: outside the picture there are zeros.
at::Tensor convolved(const at::Tensor& x, const at::Tensor& weight, std::int64_t stride,
                     std::int64_t groups, Margin zeros) {
  const std::int64_t kernel = weight.size(2), inputs = weight.size(1), outputs = weight.size(0);
  const std::int64_t size = (x.size(2) + zeros.begin + zeros.end - kernel) / stride + 1;
  at::Tensor y = at::zeros({x.size(0), outputs, size, size}, x.options());
  const auto in = x.accessor<double, 4>();
  const auto w = weight.accessor<double, 4>();
  auto out = y.accessor<double, 4>();
  const auto pixel = [&](std::int64_t n, std::int64_t c, std::int64_t i, std::int64_t j) {
    const bool inside = std::min(i, j) >= 0 && std::max(i, j) < x.size(2);
    return inside ? in[n][c][i][j] : 0.0;
  };
  for (std::int64_t at = 0; at < y.numel() * inputs * kernel * kernel; ++at) {
    const std::int64_t l = at % kernel, k = at / kernel % kernel, c = at / kernel / kernel % inputs;
    const std::int64_t place = at / kernel / kernel / inputs;
    const std::int64_t j = place % size, i = place / size % size;
    const std::int64_t o = place / size / size % outputs, n = place / size / size / outputs;
    const std::int64_t first = o / (outputs / groups) * inputs;
    out[n][o][i][j] += w[o][c][k][l] * pixel(n, first + c, i * stride + k - zeros.begin,
                                             j * stride + l - zeros.begin);
  }
  return y;
}

struct PaddedConvolution {
  std::int64_t size;
  ConvOptions conv;
  Margin zeros;  // by Keras's rule, worked out by hand
};

TEST(ConvBnAct, is_the_convolution_of_the_definition_with_keras_padding) {
  const PaddedConvolution cases[] = {
      {32, {.in = 3, .out = 8, .stride = 2}, {0, 1}},
      {33, {.in = 3, .out = 8, .stride = 2}, {1, 1}},
      {9, {.in = 5, .out = 7, .kernel = 1}, {0, 0}},
      {9, {.in = 6, .out = 6, .groups = 6}, {1, 1}},
      {16, {.in = 6, .out = 6, .stride = 2, .groups = 6, .padding = Padding::kOneAtEnd}, {0, 1}},
      {17, {.in = 6, .out = 6, .stride = 2, .groups = 6, .padding = Padding::kOneAtEnd}, {0, 1}},
  };
  for (const PaddedConvolution& c : cases) {
    ParameterStore store(at::kDouble, 1);
    // BatchNorm with running statistics 0 and 1 and without eps changes nothing.
    ConvBnAct block(store, "conv", "bn", c.conv,
                    {.eps = 0, .activation = kernels::Activation::kNone});
    const at::Tensor x = at::randn({2, c.conv.in, c.size, c.size}, at::kDouble);
    const c10::NoGradGuard no_grad;
    const at::Tensor y = block.forward(x, {}).value();
    const at::Tensor expected =
        convolved(x, store.parameters()[0].tensor, c.conv.stride, c.conv.groups, c.zeros);
    ASSERT_EQ(y.sizes(), expected.sizes());
    EXPECT_LE((y - expected).abs().max().item<double>(), 1e-13);

    std::vector<LayerSummary> layers;
    const Shape shape = block.describe({c.conv.in, c.size, c.size}, layers);
    EXPECT_EQ(shape, (Shape{y.size(1), y.size(2), y.size(3)}));
  }
}

TEST(ConvBnAct, features_padded_as_they_are_read_give_the_same_as_features_padded_before) {
  const ConvOptions strided = {
      .in = 4, .out = 4, .stride = 2, .groups = 4, .padding = Padding::kOneAtEnd};
  for (const std::int64_t size : {8, 9}) {
    ParameterStore store(at::kDouble, 1);
    ConvBnAct before(store, "a", "bn_a", {.in = 3, .out = 4, .kernel = 1}, {});
    ConvBnAct after(store, "b", "bn_b", strided, {});
    const at::Tensor x = at::randn({2, 3, size, size}, at::kDouble);
    const ForwardContext context = {.training = true, .real = 2};
    const at::Tensor left = after.forward(before.forward(x, context), context).value();
    const at::Tensor normalised = before.forward(x, context).value();
    const at::Tensor at_once = after.forward(normalised, context).value();
    EXPECT_TRUE(at::allclose(left, at_once, 1e-12, 1e-12));
  }
}

}  // namespace
}  // namespace ag::nn
