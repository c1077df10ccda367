#include "framework/kernels/conv_bn_act.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "framework/kernels/average_pool.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/squeeze_excite.h"
#include "tests/support/threads_as_ranks.h"

namespace ag::kernels {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

struct Layer {
  std::int64_t out = 0;  // channels
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  bool depthwise = false;
  Margin margin;
  Activation activation = Activation::kRelu6;
  std::int64_t squeezed = 0;  // channels of a squeeze-and-excite block behind it; 0: none
};

// A chain of layers: what comes in is plain, what comes between is deferred.
struct Chain {
  std::string name;
  std::int64_t images = 2, channels = 3, size = 9;
  std::vector<Layer> layers;
  bool adds_input = false;  // to what comes out of all of them
  bool is_trunk = false;    // no gradient goes back to what comes in
  bool is_pooled = false;   // at the end, over all pixels
};

std::vector<Chain> chains() {
  const Layer narrow = {.out = 5};
  const Layer wide = {.out = 24, .activation = Activation::kHardSwish};
  const Layer project = {.out = 3, .activation = Activation::kNone};
  const auto depthwise = [](std::int64_t channels, std::int64_t kernel, std::int64_t stride,
                            Margin margin, Activation activation = Activation::kRelu6) {
    return Layer{channels, kernel, stride, true, margin, activation};
  };
  return {
      {"odd_widths", 2, 3, 9, {narrow, depthwise(5, 3, 1, {1, 1}), {.out = 7}}},
      {"whole_vectors", 2, 16, 8, {{.out = 32}, depthwise(32, 3, 2, {0, 1}), {.out = 64}}},
      {"width_of_0.35", 3, 11, 7, {{.out = 22}, depthwise(22, 3, 1, {1, 1}), {.out = 22}}},
      {"five_by_five",
       2,
       3,
       8,
       {wide, depthwise(24, 5, 2, {1, 2}, Activation::kHardSwish), project}},
      {"inverted_residual",
       2,
       3,
       6,
       {wide, depthwise(24, 5, 1, {2, 2}, Activation::kRelu), project},
       true},
      {"squeeze_excite",
       3,
       4,
       5,
       {wide,
        {24, 3, 1, true, {1, 1}, Activation::kHardSwish, 7},
        {.out = 9, .squeezed = 2},
        narrow}},
      {"one_picture_of_one_pixel", 1, 4, 1, {{.out = 6}, depthwise(6, 3, 1, {1, 1}), {.out = 5}}},
      {"dense_stem", 2, 3, 9, {{8, 3, 2, false, {0, 1}}, depthwise(8, 3, 1, {1, 1}), {.out = 5}}},
      {"stem_of_pictures", 2, 3, 9, {{8, 3, 2, false, {1, 1}}, {.out = 5}}, false, true},
      {"pointwise_stem", 2, 3, 4, {narrow, {.out = 7}}, false, true},
      {"pooled_head", 3, 5, 7, {wide, {.out = 21}}, false, false, true},
      {"pooled_depthwise", 2, 4, 3, {wide, depthwise(24, 3, 1, {1, 1})}, false, false, true},
      {"depthwise_stem", 2, 3, 4, {depthwise(3, 3, 1, {1, 1}), {.out = 7}}, false, true},
  };
}

struct Tensors {
  at::Tensor x;
  std::vector<at::Tensor> weights;
  std::vector<BatchNormTensors> bns;
  std::vector<SqueezeExciteTensors> gates;
  at::Tensor seed;  // the gradient at the output
};

Tensors make_tensors(const Chain& chain) {
  at::manual_seed(7);
  const at::TensorOptions options(at::kDouble);
  Tensors made;
  made.x = at::randn({chain.images, chain.channels, chain.size, chain.size}, options);
  std::int64_t in = chain.channels;
  std::int64_t side = chain.size;
  for (const Layer& layer : chain.layers) {
    made.weights.push_back(
        at::randn({layer.out, layer.depthwise ? 1 : in, layer.kernel, layer.kernel}, options));
    made.bns.push_back({at::rand({layer.out}, options) + 0.5, at::randn({layer.out}, options) + 1,
                        at::randn({layer.out}, options), at::rand({layer.out}, options) + 0.5});
    in = layer.out;
    side = (layer.margin.begin + side + layer.margin.end - layer.kernel) / layer.stride + 1;
  }
  made.seed = at::randn({chain.images, in, side, side}, options);
  if (chain.is_pooled) made.seed = made.seed.sum({2, 3});
  // Of such sizes that some gates are shut, some open, and most between.
  for (const Layer& layer : chain.layers) {
    made.gates.push_back({at::randn({layer.squeezed, layer.out, 1, 1}, options),
                          at::randn({layer.squeezed}, options),
                          at::randn({layer.out, layer.squeezed, 1, 1}, options),
                          at::randn({layer.out}, options)});
  }
  return made;
}

// All that a forward and backward pass give: y, then gradients, then running statistics.
using Outcome = std::vector<at::Tensor>;

// `of_features` float, double or bfloat16; parameters are float beside the last.
Outcome run(const Chain& chain, const Tensors& tensors, BnActOptions options,
            at::ScalarType of_features) {
  const at::ScalarType type = of_features == at::kBFloat16 ? at::kFloat : of_features;
  const auto leaf = [type](const at::Tensor& tensor) {
    at::Tensor copy = tensor.to(type).clone();
    if (copy.dim() == 4) copy = copy.contiguous(kChannelsLast);
    return copy.requires_grad_(true);
  };
  at::Tensor x = leaf(tensors.x);
  Outcome leaves;
  if (chain.is_trunk) {
    x = x.detach();
  } else {
    leaves.push_back(x);
  }
  Outcome statistics;
  const at::Tensor added = x.detach() * 0.5;
  Features features(x.to(of_features));
  for (std::size_t i = 0; i < chain.layers.size(); ++i) {
    const Layer& layer = chain.layers[i];
    const Convolution convolution = {.weight = leaf(tensors.weights[i]),
                                     .stride = layer.stride,
                                     .groups = layer.depthwise ? layer.out : 1,
                                     .rows = layer.margin,
                                     .columns = layer.margin};
    const BatchNormTensors& bn = tensors.bns[i];
    const BatchNormTensors own = {leaf(bn.weight), leaf(bn.bias), bn.running_mean.to(type).clone(),
                                  bn.running_var.to(type).clone()};
    leaves.insert(leaves.end(), {convolution.weight, own.weight, own.bias});
    statistics.insert(statistics.end(), {own.running_mean, own.running_var});
    options.activation = layer.activation;
    features = conv_bn_act(std::move(features), convolution, own, options);
    if (layer.squeezed == 0) continue;
    const SqueezeExciteTensors& gate = tensors.gates[i];
    const SqueezeExciteTensors of_gate = {leaf(gate.reduce_weight), leaf(gate.reduce_bias),
                                          leaf(gate.expand_weight), leaf(gate.expand_bias)};
    leaves.insert(leaves.end(), {of_gate.reduce_weight, of_gate.reduce_bias, of_gate.expand_weight,
                                 of_gate.expand_bias});
    features = squeeze_excite(std::move(features), of_gate);
  }
  at::Tensor y;
  if (chain.is_pooled) {
    y = average_pool(std::move(features));
  } else if (chain.adds_input) {
    y = std::move(features).value_plus(added.to(of_features));
  } else {
    y = std::move(features).value();
  }
  torch::autograd::backward({y}, {tensors.seed.to(y.scalar_type())});
  Outcome outcome = {y.detach().to(type)};
  for (const at::Tensor& tensor : leaves) outcome.push_back(tensor.grad());
  outcome.insert(outcome.end(), statistics.begin(), statistics.end());
  return outcome;
}

void expect_near(const Outcome& actual, const Outcome& expected, double tolerance,
                 const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    ASSERT_EQ(actual[i].sizes(), expected[i].sizes()) << what << ", tensor " << i;
    const double scale = std::max(expected[i].abs().max().item<double>(), 1.0);
    const double apart = (actual[i].to(at::kDouble) - expected[i]).abs().max().item<double>();
    EXPECT_LE(apart, tolerance * scale) << what << ", tensor " << i;
  }
}

// Each test runs with every set of kernels that this processor has.
class ConvBnActKernels : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { cpu::choose_kernels(GetParam()); }
  void TearDown() override { cpu::choose_kernels("auto"); }
};

// fp64 runs on the reference operators.
TEST_P(ConvBnActKernels, agree_with_the_reference_in_training_and_evaluation) {
  for (const Chain& chain : chains()) {
    const Tensors tensors = make_tensors(chain);
    for (const bool training : {true, false}) {
      const BnActOptions options = {.training = training, .real = chain.images};
      expect_near(run(chain, tensors, options, at::kFloat),
                  run(chain, tensors, options, at::kDouble), 2e-4,
                  chain.name + (training ? " in training" : " in evaluation"));
    }
  }
}

TEST_P(ConvBnActKernels, leave_fill_up_pictures_out_of_statistics_and_gradients) {
  Chain chain = chains()[0];
  chain.images = 5;
  const Tensors tensors = make_tensors(chain);
  for (const std::int64_t real : {0, 3}) {
    const BnActOptions options = {.training = true, .real = real};
    expect_near(run(chain, tensors, options, at::kFloat), run(chain, tensors, options, at::kDouble),
                2e-4, std::to_string(real) + " real pictures");
  }
}

TEST_P(ConvBnActKernels, agree_when_threads_share_a_ranks_work) {
  const int before = at::get_num_threads();
  at::set_num_threads(3);
  for (const Chain& chain : chains()) {
    const Tensors tensors = make_tensors(chain);
    const BnActOptions options = {.training = true, .real = chain.images};
    const Outcome once = run(chain, tensors, options, at::kFloat);
    expect_near(once, run(chain, tensors, options, at::kDouble), 2e-4, chain.name);
    const Outcome twice = run(chain, tensors, options, at::kFloat);
    for (std::size_t i = 0; i < once.size(); ++i) EXPECT_TRUE(once[i].equal(twice[i])) << i;
  }
  at::set_num_threads(before);
}

TEST_P(ConvBnActKernels, agree_for_any_size_width_kernel_stride_and_margin) {
  std::mt19937 draw(3);
  const auto pick = [&draw](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(draw);
  };
  const Activation activations[] = {Activation::kNone, Activation::kRelu, Activation::kRelu6,
                                    Activation::kHardSwish};
  for (int i = 0; i < 40; ++i) {
    const std::int64_t kernel = pick(0, 1) == 0 ? 3 : 5;
    const Margin margin = {pick(0, kernel - 1), pick(0, kernel - 1)};
    const std::int64_t channels = pick(1, 70);
    const Chain chain = {.name = "draw " + std::to_string(i),
                         .images = pick(2, 3),
                         .channels = pick(1, 20),
                         .size = std::max(pick(1, 17), kernel - margin.begin - margin.end),
                         .layers = {{.out = channels, .activation = activations[pick(0, 3)]},
                                    {channels, kernel, pick(1, 2), true, margin,
                                     activations[pick(0, 3)], i % 2 * (1 + i % 9)},
                                    {.out = pick(1, 40), .activation = activations[pick(0, 3)]}},
                         .is_pooled = i % 3 == 0};
    const Tensors tensors = make_tensors(chain);
    const BnActOptions options = {.training = true, .real = chain.images};
    expect_near(run(chain, tensors, options, at::kFloat), run(chain, tensors, options, at::kDouble),
                1e-3, chain.name);
  }
}

// bfloat16 has 8 bits; features that lie near an activation's kink may fall on its other side, so
// the whole is compared and not each number.
TEST_P(ConvBnActKernels, in_bfloat16_are_as_near_as_its_8_bits_let_them) {
  if (GetParam() == "reference") GTEST_SKIP() << "the reference has no bfloat16";
  for (const Chain& chain : chains()) {
    if (chain.images * chain.size * chain.size < 16) continue;  // too few numbers to average
    const Tensors tensors = make_tensors(chain);
    const BnActOptions options = {.training = true, .real = chain.images};
    const Outcome actual = run(chain, tensors, options, at::kBFloat16);
    const Outcome expected = run(chain, tensors, options, at::kDouble);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double apart = (actual[i].to(at::kDouble) - expected[i]).norm().item<double>();
      EXPECT_LE(apart, 0.15 * expected[i].norm().item<double>()) << chain.name << ", tensor " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cpu, ConvBnActKernels, testing::ValuesIn(cpu::kernels_available()),
                         [](const auto& set) { return set.param; });

}  // namespace
}  // namespace ag::kernels
