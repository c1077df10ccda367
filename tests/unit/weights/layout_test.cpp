#include "framework/nn/weights/layout.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace ag::weights {
namespace {

TEST(Layouts, are_the_others_axes_and_back_again) {
  const auto number = [](std::initializer_list<std::int64_t> shape) {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    return at::arange(count, at::TensorOptions(at::kFloat)).view(at::IntArrayRef(shape));
  };
  struct Case {
    Layout layout;
    std::int64_t multiplier;
    at::Tensor ours;
    std::vector<std::int64_t> there;
  };
  for (const auto& [layout, multiplier, ours, there] :
       {Case{Layout::kSame, 1, number({5}), {5}},
        Case{Layout::kConv, 1, number({4, 3, 1, 2}), {1, 2, 3, 4}},
        Case{Layout::kDepthwise, 2, number({6, 1, 5, 4}), {5, 4, 3, 2}},
        Case{Layout::kDense, 1, number({4, 3}), {3, 4}},
        Case{Layout::kConvOfDense, 1, number({4, 3}), {1, 1, 3, 4}},
        Case{Layout::kLinearOfConv, 1, number({4, 3, 1, 1}), {4, 3}}}) {
    const at::Tensor foreign = to_foreign(ours, layout, multiplier);
    EXPECT_EQ(foreign.sizes(), there);
    EXPECT_EQ(foreign_shape(ours.sizes(), layout, multiplier), there);
    EXPECT_TRUE(foreign.is_contiguous());
    EXPECT_TRUE(at::equal(to_ours(foreign, layout), ours));
  }
  // Keras: output c M + m of a depthwise convolution is filter [:, :, c, m].
  const at::Tensor ours = number({6, 1, 5, 4});
  EXPECT_TRUE(
      at::equal(to_foreign(ours, Layout::kDepthwise, 2)[3][2][1][0], ours[1 * 2 + 0][0][3][2]));
  // Keras: kernel [h, w, in, out].
  const at::Tensor conv = number({4, 3, 1, 2});
  EXPECT_TRUE(at::equal(to_foreign(conv, Layout::kConv, 1)[0][1][2][3], conv[3][2][0][1]));
}

}  // namespace
}  // namespace ag::weights
