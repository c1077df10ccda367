#include "framework/data/resize.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "framework/core/error.h"
#include "framework/data/resize_weights.h"
#include "framework/data/vector_clones.h"

namespace ag::data {
namespace {

constexpr int kMaxSize = 65535;

std::size_t row_bytes(int width) {
  return static_cast<std::size_t>(width) * kChannels;
}

using Quad [[gnu::vector_size(16)]] = std::int32_t;

// One row along x. A sum of pixels is made four numbers at a time: the fourth is the next pixel's
// red and is written over, so `wide` is scratch of [from_bytes + 1] and `sums` of [to_bytes + 1].
AG_VECTOR_CLONES void blend_columns(const std::uint8_t* from, std::size_t from_bytes,
                                    const AxisWeights& axis, std::int32_t* wide, std::int32_t* sums,
                                    std::uint8_t* to) {
  for (std::size_t i = 0; i < from_bytes; ++i) wide[i] = from[i];
  const std::int32_t* weights = axis.weights.data();
  std::int32_t* out = sums;
  for (const AxisWeights::Taps& taps : axis.taps) {
    const std::int32_t* pixel = wide + static_cast<std::ptrdiff_t>(taps.first) * kChannels;
    Quad sum = {kHalfWeight, kHalfWeight, kHalfWeight, kHalfWeight};
    for (int k = 0; k < taps.count; ++k, pixel += kChannels) {
      Quad numbers;
      std::memcpy(&numbers, pixel, sizeof numbers);
      sum += numbers * weights[k];
    }
    std::memcpy(out, &sum, sizeof sum);
    out += kChannels;
    weights += axis.stride;
  }
  const std::size_t to_bytes = axis.taps.size() * kChannels;
  for (std::size_t i = 0; i < to_bytes; ++i) to[i] = to_pixel(sums[i]);
}

// One output row along y from `count` rows of `bytes` each. `sums` is scratch of [bytes].
AG_VECTOR_CLONES void blend_rows(const std::uint8_t* from, std::size_t bytes, int count,
                                 const std::int32_t* weights, std::int32_t* sums,
                                 std::uint8_t* to) {
  std::fill_n(sums, bytes, kHalfWeight);
  for (int k = 0; k < count; ++k, from += bytes) {
    const std::int32_t weight = weights[k];
    for (std::size_t i = 0; i < bytes; ++i) sums[i] += from[i] * weight;
  }
  for (std::size_t i = 0; i < bytes; ++i) to[i] = to_pixel(sums[i]);
}

void check_size(const char* which, std::size_t bytes, int width, int height) {
  const bool in_range = width >= 1 && width <= kMaxSize && height >= 1 && height <= kMaxSize;
  if (in_range && bytes == row_bytes(width) * static_cast<std::size_t>(height)) return;
  throw Error("resize", std::string(which) + " isn't a picture of " + std::to_string(width) + "x" +
                            std::to_string(height) + " pixels");
}

// The weights of every pair of sizes met. Pictures of one data set differ in few sizes; should they
// differ in many, it starts over rather than grow.
class KeptWeights {
 public:
  const AxisWeights& of(int from, int to) {
    const auto kept = weights_.find({from, to});
    if (kept != weights_.end()) return kept->second;
    if (weights_.size() == kMost) weights_.clear();
    return weights_.emplace(std::pair(from, to), triangle_weights(from, to)).first->second;
  }

 private:
  static constexpr std::size_t kMost = 1024;
  std::map<std::pair<int, int>, AxisWeights> weights_;
};

}  // namespace

struct BilinearResizer::State {
  KeptWeights weights;
  std::vector<std::int32_t> wide;    // an input row
  std::vector<std::int32_t> sums;    // an output row
  std::vector<std::uint8_t> middle;  // [from_height, to_width, 3]
};

BilinearResizer::BilinearResizer() : state_(std::make_unique<State>()) {}
BilinearResizer::~BilinearResizer() = default;
BilinearResizer::BilinearResizer(BilinearResizer&&) noexcept = default;
BilinearResizer& BilinearResizer::operator=(BilinearResizer&&) noexcept = default;

void BilinearResizer::resize(std::span<const std::uint8_t> from, int from_width, int from_height,
                             std::span<std::uint8_t> to, int to_width, int to_height) {
  check_size("the source", from.size(), from_width, from_height);
  check_size("the target", to.size(), to_width, to_height);
  const std::size_t from_bytes = row_bytes(from_width);
  const std::size_t to_bytes = row_bytes(to_width);
  State& s = *state_;
  s.wide.resize(from_bytes + 1);
  s.sums.resize(to_bytes + 1);

  const std::uint8_t* rows = from.data();
  if (from_width != to_width) {
    const AxisWeights& x = s.weights.of(from_width, to_width);
    s.middle.resize(to_bytes * static_cast<std::size_t>(from_height));
    for (int row = 0; row < from_height; ++row) {
      blend_columns(rows + from_bytes * static_cast<std::size_t>(row), from_bytes, x, s.wide.data(),
                    s.sums.data(), s.middle.data() + to_bytes * static_cast<std::size_t>(row));
    }
    rows = s.middle.data();
  }
  if (from_height == to_height) {
    std::copy_n(rows, to.size(), to.data());
    return;
  }
  const AxisWeights& y = s.weights.of(from_height, to_height);
  for (std::size_t row = 0; row < static_cast<std::size_t>(to_height); ++row) {
    const AxisWeights::Taps taps = y.taps[row];
    blend_rows(rows + to_bytes * static_cast<std::size_t>(taps.first), to_bytes, taps.count,
               &y.weights[row * static_cast<std::size_t>(y.stride)], s.sums.data(),
               to.data() + to_bytes * row);
  }
}

void resize_bilinear(const Picture& from, int width, int height, Picture& to) {
  to.width = width;
  to.height = height;
  to.rgb.resize(row_bytes(std::max(width, 0)) * static_cast<std::size_t>(std::max(height, 0)));
  BilinearResizer().resize(from.rgb, from.width, from.height, to.rgb, width, height);
}

}  // namespace ag::data
