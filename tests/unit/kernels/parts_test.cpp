// A part of the work gives the bits that the whole gives, however it is cut: so that the number of
// threads changes nothing where nothing is summed up over pixels.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "framework/kernels/constant_weights.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/cpu/depthwise.h"
#include "framework/kernels/cpu/pointwise.h"
#include "tests/support/lively_network.h"

namespace ag::kernels {
namespace {

using test::drawn;

// Every set of kernels of this processor but the reference, which has none of these.
std::vector<std::string> sets_of_kernels() {
  std::vector<std::string> names = cpu::kernels_available();
  names.erase(names.begin());
  return names;
}

class PartsOfWork : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { cpu::choose_kernels(GetParam()); }
  void TearDown() override { cpu::choose_kernels("auto"); }
};

template <class T>
constexpr at::ScalarType kType = std::is_same_v<T, float> ? at::kFloat : at::kBFloat16;

template <class T>
T* numbers_of(const at::Tensor& tensor) {
  return reinterpret_cast<T*>(tensor.data_ptr());
}

// More than a tile, or than a stretch of the depth; the last of each isn't full.
constexpr std::int64_t kChannelsIn = 261, kChannelsOut = 101;

template <class T>
struct Product {
  explicit Product(std::int64_t rows)
      : x(drawn({rows, kChannelsIn}, -1, 1, 1).to(kType<T>)),
        y(at::zeros({rows, kChannelsOut}, kType<T>)) {}

  cpu::PointwiseForward<T> job(const cpu::PackedMatrix<T>& weights) const {
    return {numbers_of<T>(x),
            {scale.const_data_ptr<float>(), shift.const_data_ptr<float>(), Activation::kRelu6},
            &weights,
            numbers_of<T>(y)};
  }

  at::Tensor x, y;
  at::Tensor scale = drawn({kChannelsIn}, 0.5, 1.5, 2), shift = drawn({kChannelsIn}, -1, 1, 3);
};

template <class T>
void expect_the_same_product_in_parts() {
  const at::Tensor weight = drawn({kChannelsOut, kChannelsIn}, -1, 1, 4);
  const auto packed = cpu::pack_for_forward<T>(numbers(weight), kChannelsIn, kChannelsOut);
  constexpr std::size_t kGroup = cpu::kChannelGroup;
  for (std::int64_t rows = 1; rows < 40; ++rows) {
    const Product<T> whole(rows), by_channels(rows), by_rows(rows);
    const auto count = static_cast<std::size_t>(rows);
    cpu::pointwise_forward(whole.job(packed), 0, count, nullptr);
    cpu::pointwise_forward_channels(by_channels.job(packed), count, 0, 2 * kGroup);
    cpu::pointwise_forward_channels(by_channels.job(packed), count, 2 * kGroup, kChannelsOut);
    cpu::pointwise_forward(by_rows.job(packed), 0, count / 3, nullptr);
    cpu::pointwise_forward(by_rows.job(packed), count / 3, count, nullptr);
    EXPECT_TRUE(at::equal(by_channels.y, whole.y)) << rows << " rows";
    EXPECT_TRUE(at::equal(by_rows.y, whole.y)) << rows << " rows";
  }
}

TEST_P(PartsOfWork, products_in_float) {
  expect_the_same_product_in_parts<float>();
}

TEST_P(PartsOfWork, products_in_bfloat16) {
  expect_the_same_product_in_parts<cpu::Bf16>();
}

template <class T>
void expect_the_same_pictures_in_parts(std::size_t kernel, std::size_t stride) {
  constexpr std::int64_t kImages = 3, kSide = 9, kChannels = 85;  // several groups of them
  const std::int64_t out = (kSide - 1) / static_cast<std::int64_t>(stride) + 1;
  const auto taps = static_cast<std::int64_t>(kernel);
  const at::Tensor x = drawn({kImages, kSide, kSide, kChannels}, -1, 1, 5).to(kType<T>);
  const at::Tensor scale = drawn({kChannels}, 0.5, 1.5, 6), shift = drawn({kChannels}, -1, 1, 7);
  const at::Tensor weight = drawn({kChannels, taps, taps}, -1, 1, 8);
  const cpu::PackedFilter filter = cpu::pack_depthwise_filter(numbers(weight), kernel);
  cpu::DepthwiseForward<T> job = {
      .shape = {kSide, kSide, static_cast<std::size_t>(out), static_cast<std::size_t>(out),
                kChannels, kernel, stride, kernel / 2, kernel / 2},
      .x = numbers_of<T>(x),
      .deferred = {scale.const_data_ptr<float>(), shift.const_data_ptr<float>(),
                   Activation::kHardSwish},
      .filter = &filter};
  const auto convolved = [&](const std::vector<std::int64_t>& cuts) {
    at::Tensor y = at::zeros({kImages, out, out, kChannels}, kType<T>);
    job.y = numbers_of<T>(y);
    for (std::size_t i = 1; i < cuts.size(); ++i) {
      cpu::depthwise_forward(job, static_cast<std::size_t>(cuts[i - 1]),
                             static_cast<std::size_t>(cuts[i]), nullptr);
    }
    return y;
  };
  const std::int64_t rows = kImages * out;
  const at::Tensor whole = convolved({0, rows});
  for (std::int64_t cut = 1; cut < rows; ++cut) {
    EXPECT_TRUE(at::equal(convolved({0, cut, rows}), whole))
        << kernel << " pixels, stride " << stride << ", cut before row " << cut;
  }
  EXPECT_TRUE(at::equal(convolved({0, 1, 2, rows - 1, rows}), whole));
}

TEST_P(PartsOfWork, depthwise_convolutions) {
  for (const std::size_t kernel : {3, 5}) {
    for (const std::size_t stride : {1, 2}) {
      expect_the_same_pictures_in_parts<float>(kernel, stride);
      expect_the_same_pictures_in_parts<cpu::Bf16>(kernel, stride);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cpu, PartsOfWork, testing::ValuesIn(sets_of_kernels()),
                         [](const auto& set) { return set.param; });

}  // namespace
}  // namespace ag::kernels
