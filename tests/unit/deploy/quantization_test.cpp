#include "framework/deploy/quantization.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "framework/core/error.h"
#include "framework/deploy/answers.h"
#include "framework/deploy/graph_runner.h"
#include "framework/deploy/int8_kernels.h"
#include "tests/support/lively_network.h"

namespace ag::deploy {
namespace {

using test::all_models;
using test::drawn;
using test::lively_network;
using test::name_of;
using test::varied_pictures;

namespace op = nn::op;
using ::testing::HasSubstr;

PictureSource once(const at::Tensor& pictures) {
  return [pictures](const std::function<void(const at::Tensor&)>& use) { use(pictures); };
}

// Numbers from -1 to 1, evenly: there is nothing to gain by cutting off.
at::Tensor even_pictures() {
  return at::linspace(-1, 1, 3 * 64 * 64, at::kFloat).view({1, 3, 64, 64});
}

// y = relu6(4 * (red + green + blue)) of each pixel.
nn::Graph small_graph() {
  nn::GraphBuilder builder({3, 64, 64});
  const nn::ValueId sum = builder.add(
      "conv", op::Convolution{.weight = at::full({1, 3, 1, 1}, 4.0F), .bias = at::zeros({1})},
      {builder.input()});
  const nn::ValueId cut = builder.add("act", op::Activate{kernels::Activation::kRelu6}, {sum});
  const nn::ValueId mean = builder.add("mean", op::GlobalAverage{}, {cut});
  builder.output("y", builder.add("flat", op::Flatten{}, {mean}));
  return builder.graph();
}

TEST(Calibrate, the_scale_of_evenly_spread_numbers_spans_all_of_them) {
  const Quantization found = calibrate(small_graph(), once(even_pictures()));
  ASSERT_TRUE(found.values[0]);
  EXPECT_FLOAT_EQ(static_cast<float>(found.values[0]->scale), 2.0F / 255);
  EXPECT_NEAR(static_cast<double>(found.values[0]->zero_point), 127.5, 0.5);
  EXPECT_EQ(found.pictures, 1);
}

TEST(Calibrate, what_a_clip_takes_stays_float_and_what_it_gives_begins_at_zero) {
  const Quantization found = calibrate(small_graph(), once(even_pictures()));
  EXPECT_FALSE(found.values[1]);
  ASSERT_TRUE(found.values[2]);
  EXPECT_EQ(found.values[2]->zero_point, 0);
  EXPECT_LE(found.values[2]->scale, 6.0 / 255 + 1e-6);
}

TEST(Calibrate, a_stray_number_is_cut_off_where_that_costs_least) {
  at::Tensor pictures = even_pictures().clone();
  pictures.view({-1})[0] = 3;  // one number in 12,288 that would make every step half as wide again
  const Quantization found = calibrate(small_graph(), once(pictures));
  const double steps = found.values[0]->scale * 255;
  EXPECT_LT(steps, 4);
  EXPECT_GE(steps, 1.9);
}

TEST(Calibrate, no_pictures_and_numbers_that_are_not_finite_are_refused) {
  const auto complaint = [](const PictureSource& source) -> std::string {
    try {
      calibrate(small_graph(), source);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(complaint([](const auto&) {}), HasSubstr("no pictures"));
  at::Tensor pictures = even_pictures().clone();
  pictures.view({-1})[5] = std::nan("");
  EXPECT_THAT(complaint(once(pictures)), HasSubstr("isn't finite"));
}

TEST(QuantisedWeight, each_channels_largest_number_is_127) {
  const at::Tensor weight = at::tensor({1.0F, -2.0F, 0.5F, 10.0F, 5.0F, -2.5F}).view({2, 3});
  const at::Tensor scales = weight_scales(weight, {}, {});
  EXPECT_FLOAT_EQ(scales[0].item<float>(), 2.0F / 127);
  EXPECT_FLOAT_EQ(scales[1].item<float>(), 10.0F / 127);
  const at::Tensor expected = at::tensor({64, -127, 32, 127, 64, -32}).view({2, 3});  // 63.5, 31.75
  EXPECT_TRUE(quantised_weight(weight, scales).to(at::kLong).equal(expected.to(at::kLong)));
}

// int32 ends at 2^31: with the weight's own scale, 1e-12 / 127, the bias would be 4e14 steps.
TEST(QuantisedWeight, a_channel_of_almost_nothing_keeps_its_bias) {
  const at::Tensor weight = at::tensor({1e-12F, 0.0F}).view({2, 1});
  const at::Tensor bias = at::tensor({0.3F, -0.2F});
  const ValueScale input = {0.1, 0};
  const at::Tensor scales = weight_scales(weight, bias, input);
  const at::Tensor steps = quantised_bias(bias, scales, input).to(at::kDouble);
  EXPECT_NEAR((steps[0] * scales[0].to(at::kDouble) * 0.1).item<double>(), 0.3, 1e-6);
  EXPECT_NEAR((steps[1] * scales[1].to(at::kDouble) * 0.1).item<double>(), -0.2, 1e-6);
}

TEST(QuantisedBias, counts_in_steps_of_input_times_weight) {
  const at::Tensor bias = quantised_bias(at::tensor({1.0F}), at::tensor({0.5F}), {0.25, 3});
  EXPECT_EQ(bias.item<std::int32_t>(), 8);
}

// The same by integers: q = round(sum (qx - zx) qw * (sx sw / sy)) + zy.
TEST(SimulatedInt8, is_what_integer_arithmetic_gives) {
  const nn::Graph graph = small_graph();
  const Quantization scales = calibrate(graph, once(even_pictures()));
  const at::Tensor x = drawn({1, 3, 64, 64}, -1, 1, 4);
  const std::vector<at::Tensor> outputs = SimulatedInt8(graph, scales).run(x);

  const ValueScale in = *scales.values[0];
  const ValueScale cut = *scales.values[2];
  const ValueScale out = *scales.values[3];
  const auto quantised = [](double value, const ValueScale& scale) {
    return std::clamp(std::nearbyint(value / scale.scale) + static_cast<double>(scale.zero_point),
                      0.0, 255.0);
  };
  const auto pixels = x.accessor<float, 4>();
  double sum = 0;
  for (int row = 0; row < 64; ++row) {
    for (int column = 0; column < 64; ++column) {
      double products = 0;
      for (int c = 0; c < 3; ++c) {
        products +=
            (quantised(pixels[0][c][row][column], in) - static_cast<double>(in.zero_point)) * 127;
      }
      sum += quantised(products * in.scale * (4.0 / 127), cut) * cut.scale;
    }
  }
  const double expected =
      (quantised(sum / (64 * 64), out) - static_cast<double>(out.zero_point)) * out.scale;
  EXPECT_NEAR(outputs[0].item<double>(), expected, out.scale * 1.001);
}

TEST(SimulatedInt8, stays_near_the_float_network_in_every_family) {
  for (const nn::ModelConfig& model : all_models(0.5)) {
    SCOPED_TRACE(name_of(model));
    const nn::Graph graph = answering_graph(*lively_network(model, 64));
    const at::Tensor pictures = nn::scaled(nn::flavour_of(model).scaling, varied_pictures(16, 64));
    const Quantization scales = calibrate(graph, once(pictures));
    const at::Tensor exact = run_graph(graph, pictures)[1];
    ASSERT_GT((exact.max() - exact.min()).item<double>(), 0.5) << "all pictures look alike to it";
    const at::Tensor rounded = SimulatedInt8(graph, scales).run(pictures)[1];
    const at::Tensor kernels = Int8Kernels(graph, scales).run(pictures)[1];
    const double spread = (exact.max() - exact.min()).item<double>();
    EXPECT_LT((exact - rounded).abs().mean().item<double>(), spread / 2);
    EXPECT_LT((exact - kernels).abs().mean().item<double>(), spread / 2);
  }
}

}  // namespace
}  // namespace ag::deploy
