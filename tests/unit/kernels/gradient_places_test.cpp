#include "framework/kernels/gradient_places.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "framework/core/error.h"
#include "framework/kernels/conv_bn_act.h"
#include "framework/kernels/dense.h"
#include "tests/support/lively_network.h"

namespace ag::kernels {
namespace {

using test::drawn;

// A leaf with room for its gradient, filled with what has to be written over.
struct Placed {
  at::Tensor weight, place;

  Placed(at::IntArrayRef shape, std::uint32_t seed)
      : weight(drawn(shape, -1, 1, seed).requires_grad_(true)),
        place(at::full_like(weight.detach(), 1e9)) {}

  // The gradient that it has, which is forgotten.
  at::Tensor taken() const {
    at::Tensor gradient = weight.grad().clone();
    weight.mutable_grad().reset();
    return gradient;
  }

  bool gets_its_gradient_in_place() const {
    return weight.grad().const_data_ptr() == place.const_data_ptr();
  }
};

TEST(GradientPlaces, of_a_dense_layer_get_its_gradient_and_no_copy_is_made) {
  const Placed dense_layer({5, 7}, 1);
  const at::Tensor x = drawn({9, 7}, -1, 1, 2);
  const auto loss = [&] { return dense(x, dense_layer.weight, {}).square().sum(); };
  loss().backward();
  const at::Tensor expected = dense_layer.taken();
  const std::vector<at::Tensor> weights = {dense_layer.weight}, places = {dense_layer.place};
  const GradientPlaces known(weights, places);
  loss().backward();
  EXPECT_TRUE(dense_layer.gets_its_gradient_in_place());
  EXPECT_TRUE(at::equal(dense_layer.place, expected));
}

TEST(GradientPlaces, are_written_once_where_a_graph_is_walked_twice) {
  const Placed dense_layer({5, 7}, 10);
  const at::Tensor x = drawn({9, 7}, -1, 1, 11);
  const std::vector<at::Tensor> weights = {dense_layer.weight}, places = {dense_layer.place};
  const GradientPlaces known(weights, places);
  const at::Tensor loss = dense(x, dense_layer.weight, {}).sum();
  loss.backward({}, /*retain_graph=*/true);
  loss.backward();
  EXPECT_TRUE(at::allclose(dense_layer.weight.grad(), 2 * x.sum(0).expand({5, 7})));
}

// How many of two pictures count, and threads.
class PlacesOfConvolutions : public testing::TestWithParam<std::tuple<int, int>> {
 protected:
  void SetUp() override { at::set_num_threads(std::get<1>(GetParam())); }
  void TearDown() override { at::set_num_threads(threads_before_); }

  int real() const { return std::get<0>(GetParam()); }

 private:
  int threads_before_ = at::get_num_threads();
};

TEST_P(PlacesOfConvolutions, get_their_gradients) {
  const Placed depthwise({20, 1, 3, 3}, 3), pointwise({37, 20, 1, 1}, 4);
  const auto fresh = [](std::int64_t channels) {
    return BatchNormTensors{at::ones({channels}), at::zeros({channels}), at::zeros({channels}),
                            at::ones({channels})};
  };
  const BatchNormTensors bns[] = {fresh(20), fresh(37)};
  const BnActOptions options = {.training = true, .activation = Activation::kRelu6, .real = real()};
  const at::Tensor pictures =
      drawn({2, 20, 9, 9}, -1, 1, 5).contiguous(at::MemoryFormat::ChannelsLast);
  const Convolution first = {
      .weight = depthwise.weight, .groups = 20, .rows = {1, 1}, .columns = {1, 1}};
  const auto loss = [&] {
    Features x = conv_bn_act(Features(pictures), first, bns[0], options);
    x = conv_bn_act(std::move(x), {.weight = pointwise.weight}, bns[1], options);
    return std::move(x).value().square().sum();
  };
  loss().backward();
  const at::Tensor of_depthwise = depthwise.taken(), of_pointwise = pointwise.taken();
  const std::vector<at::Tensor> weights = {depthwise.weight, pointwise.weight};
  const std::vector<at::Tensor> places = {depthwise.place, pointwise.place};
  const GradientPlaces known(weights, places);
  loss().backward();
  EXPECT_TRUE(depthwise.gets_its_gradient_in_place());
  EXPECT_TRUE(pointwise.gets_its_gradient_in_place());
  EXPECT_TRUE(at::equal(depthwise.place, of_depthwise));
  EXPECT_TRUE(at::equal(pointwise.place, of_pointwise));
  EXPECT_EQ(pointwise.place.ne(0).any().item<bool>(), real() > 0);
}

INSTANTIATE_TEST_SUITE_P(Cpu, PlacesOfConvolutions,
                         testing::Combine(testing::Values(0, 1, 2), testing::Values(1, 3)));

TEST(GradientPlaces, of_a_weight_that_is_used_twice_are_given_once) {
  const Placed shared({5, 7}, 6);
  const at::Tensor a = drawn({4, 7}, -1, 1, 7), b = drawn({6, 7}, -1, 1, 8);
  const auto loss = [&] {
    return dense(a, shared.weight, {}).square().sum() + dense(b, shared.weight, {}).square().sum();
  };
  loss().backward();
  const at::Tensor expected = shared.taken();
  const std::vector<at::Tensor> weights = {shared.weight}, places = {shared.place};
  const GradientPlaces known(weights, places);
  loss().backward();
  EXPECT_TRUE(at::allclose(shared.weight.grad(), expected));
}

TEST(GradientPlaces, are_forgotten_with_their_life) {
  const at::Tensor numbers = drawn({4}, -1, 1, 9);
  const std::vector<at::Tensor> weights = {numbers};
  EXPECT_FALSE(GradientPlaces::take(numbers).defined());
  {
    const GradientPlaces known(weights, weights);
    EXPECT_FALSE(GradientPlaces::take(numbers.detach()).defined()) << "another tensor";
    EXPECT_TRUE(GradientPlaces::take(numbers).defined());
    EXPECT_FALSE(GradientPlaces::take(numbers).defined()) << "taken already";
  }
  EXPECT_THROW(GradientPlaces(weights, {}), Error);
  const GradientPlaces none({}, {});
  EXPECT_FALSE(GradientPlaces::take(numbers).defined());
}

}  // namespace
}  // namespace ag::kernels
