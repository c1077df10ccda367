#include "framework/kernels/constant_weights.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <vector>

#include "framework/kernels/conv_bn_act.h"
#include "framework/kernels/squeeze_excite.h"
#include "tests/support/lively_network.h"

namespace ag::kernels {
namespace {

using test::drawn;

at::Tensor weight(at::IntArrayRef shape, std::uint32_t seed) {
  return drawn(shape, -1, 1, seed).contiguous(at::MemoryFormat::ChannelsLast);
}

BatchNormTensors batch_norm(std::int64_t channels, std::uint32_t seed) {
  return {drawn({channels}, 0.5, 2, seed), drawn({channels}, -1, 1, seed + 1),
          drawn({channels}, -1, 1, seed + 2), drawn({channels}, 0.5, 2, seed + 3)};
}

// One of each kind of layer that derives something from its weights, evaluated.
class Layers {
 public:
  at::Tensor forward(const at::Tensor& pictures) const {
    const c10::NoGradGuard no_grad;
    const BnActOptions options = {.activation = Activation::kHardSwish};
    Features x(pictures);
    x = conv_bn_act(std::move(x),
                    {.weight = first_, .stride = 2, .rows = {0, 1}, .columns = {0, 1}}, bns_[0],
                    options);
    x = conv_bn_act(std::move(x),
                    {.weight = depthwise_, .groups = 20, .rows = {1, 1}, .columns = {1, 1}},
                    bns_[1], options);
    x = squeeze_excite(std::move(x), gate_);
    return conv_bn_act(std::move(x), {.weight = pointwise_}, bns_[2], options).value();
  }

  // Every weight and every BatchNorm.
  void change() {
    for (const at::Tensor& tensor : {first_, depthwise_, pointwise_, gate_.reduce_weight}) {
      tensor.mul_(-1.5);
    }
    for (const BatchNormTensors& bn : bns_) bn.running_var.mul_(2);
  }

 private:
  at::Tensor first_ = weight({20, 3, 3, 3}, 1), depthwise_ = weight({20, 1, 3, 3}, 2);
  at::Tensor pointwise_ = weight({37, 20, 1, 1}, 3);
  SqueezeExciteTensors gate_ = {weight({6, 20, 1, 1}, 4), drawn({6}, -1, 1, 5),
                                weight({20, 6, 1, 1}, 6), drawn({20}, -1, 1, 7)};
  std::vector<BatchNormTensors> bns_ = {batch_norm(20, 10), batch_norm(20, 20), batch_norm(37, 30)};
};

at::Tensor pictures() {
  return drawn({3, 3, 9, 9}, -1, 1, 40).contiguous(at::MemoryFormat::ChannelsLast);
}

TEST(ConstantWeights, change_no_bit_of_an_answer) {
  const Layers layers;
  const at::Tensor expected = layers.forward(pictures());
  const ConstantWeights constant;
  for (int time = 0; time < 3; ++time) {
    EXPECT_TRUE(at::equal(layers.forward(pictures()), expected)) << time;
  }
}

TEST(ConstantWeights, are_forgotten_with_the_last_of_their_kind) {
  Layers layers;
  {
    const ConstantWeights constant;
    layers.forward(pictures());
  }
  layers.change();
  const at::Tensor expected = layers.forward(pictures());
  const ConstantWeights constant;
  EXPECT_TRUE(at::equal(layers.forward(pictures()), expected));
}

TEST(ConstantWeights, derive_once_of_each_type) {
  struct Doubled {
    at::Tensor numbers;
  };
  const at::Tensor numbers = drawn({4}, -1, 1, 50);
  int made = 0;
  const auto doubled = [&] {
    return derived_from<Doubled>(numbers, [&] {
      ++made;
      return Doubled{numbers * 2};
    });
  };
  doubled();
  doubled();
  EXPECT_EQ(made, 2);
  const ConstantWeights constant;
  EXPECT_EQ(doubled(), doubled());
  EXPECT_EQ(made, 3);
  EXPECT_TRUE(at::equal(doubled()->numbers, numbers * 2));
  const auto other = derived_from<at::Tensor>(numbers, [&] { return numbers + 1; });
  EXPECT_TRUE(at::equal(*other, numbers + 1));
}

}  // namespace
}  // namespace ag::kernels
