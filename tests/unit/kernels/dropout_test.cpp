#include "framework/kernels/dropout.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <numeric>

#include "framework/core/error.h"
#include "framework/core/philox.h"

namespace ag::kernels {
namespace {

using Samples = std::vector<std::uint32_t>;

at::Tensor mask_of(const Samples& samples, std::int64_t features, DropoutOptions options) {
  options.samples = samples;
  return dropout(at::ones({static_cast<std::int64_t>(samples.size()), features}), options);
}

TEST(Dropout, follows_philox_word_by_word) {
  constexpr std::int64_t kFeatures = 11;  // not a multiple of a block's four words
  const DropoutOptions options = {.p = 0.25, .seed = 0x123456789, .epoch = 3, .layer = 2};
  const at::Tensor mask = mask_of({42}, kFeatures, options);
  for (std::uint32_t i = 0; i < kFeatures; ++i) {
    const auto block = philox({options.seed, 3, 42, Purpose::kDropout}, (2u << 24) + i / 4);
    const float expected = unit_float(block[i % 4]) < 0.25f ? 0.0f : 1.0f / 0.75f;
    EXPECT_FLOAT_EQ(mask[0][i].item<float>(), expected) << i;
  }
}

TEST(Dropout, drops_its_share_and_keeps_the_mean) {
  Samples samples(1000);
  std::iota(samples.begin(), samples.end(), 0u);
  for (const double p : {0.0, 0.1, 0.5, 0.9}) {
    const at::Tensor mask = mask_of(samples, 1000, {.p = p, .seed = 7});
    const double dropped = (mask == 0).sum().item<double>();
    EXPECT_NEAR(dropped, p * 1e6, 5 * std::sqrt(1e6 * p * (1 - p))) << p;
    const at::Tensor kept = mask.masked_select(mask != 0);
    EXPECT_TRUE((kept == static_cast<float>(1 / (1 - p))).all().item<bool>());
  }
}

TEST(Dropout, a_row_depends_on_its_sample_and_not_on_its_neighbours) {
  const DropoutOptions options = {.seed = 5, .epoch = 1};
  const at::Tensor together = mask_of({10, 20, 30}, 64, options);
  EXPECT_TRUE(at::equal(together[1], mask_of({20}, 64, options)[0]));
  EXPECT_TRUE(at::equal(together[2], mask_of({30, 10}, 64, options)[0]));
  EXPECT_FALSE(at::equal(together[0], together[1]));
}

TEST(Dropout, another_seed_epoch_or_layer_is_another_mask) {
  const DropoutOptions options = {.seed = 5, .epoch = 1, .layer = 0};
  const at::Tensor mask = mask_of({10}, 64, options);
  EXPECT_TRUE(at::equal(mask, mask_of({10}, 64, options)));
  EXPECT_FALSE(at::equal(mask, mask_of({10}, 64, {.seed = 6, .epoch = 1, .layer = 0})));
  EXPECT_FALSE(at::equal(mask, mask_of({10}, 64, {.seed = 5, .epoch = 2, .layer = 0})));
  EXPECT_FALSE(at::equal(mask, mask_of({10}, 64, {.seed = 5, .epoch = 1, .layer = 1})));
}

TEST(Dropout, the_gradient_goes_through_the_same_mask_and_fill_up_rows_are_0) {
  const Samples samples = {1, 2};
  const at::Tensor x = at::full({4, 8}, 3.0, at::kDouble).requires_grad_(true);
  const at::Tensor y = dropout(x, {.seed = 9, .samples = samples});
  torch::autograd::backward({y}, {at::ones_like(y)});
  EXPECT_TRUE(at::equal(x.grad() * 3, y));
  EXPECT_EQ(y.narrow(0, 2, 2).abs().sum().item<double>(), 0);
  EXPECT_GT(y.narrow(0, 0, 2).sum().item<double>(), 0);
}

TEST(Dropout, refuses_what_does_not_fit) {
  const at::Tensor x = at::ones({1, 8});
  const Samples samples = {1, 2};
  EXPECT_THROW(dropout(x, {.samples = samples}), Error);
  EXPECT_THROW(dropout(x, {.p = 1.0}), Error);
  EXPECT_THROW(dropout(x, {.layer = 256}), Error);
  EXPECT_THROW(dropout(at::ones({8}), {}), Error);
}

}  // namespace
}  // namespace ag::kernels
