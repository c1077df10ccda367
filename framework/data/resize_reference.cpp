#include <algorithm>
#include <cstddef>

#include "framework/data/resize.h"
#include "framework/data/resize_weights.h"

namespace ag::data {
namespace {

std::size_t at(const Picture& picture, int x, int y, int channel) {
  return (static_cast<std::size_t>(y) * picture.width + x) * kChannels + channel;
}

Picture blank(int width, int height) {
  return {width, height,
          std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * kChannels)};
}

// One pass: along x when `horizontal`, else along y.
Picture pass(const Picture& from, int to, bool horizontal) {
  const AxisWeights axis = triangle_weights(horizontal ? from.width : from.height, to);
  Picture out = horizontal ? blank(to, from.height) : blank(from.width, to);
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const int i = horizontal ? x : y;
      const auto [first, count] = axis.taps[static_cast<std::size_t>(i)];
      for (int c = 0; c < kChannels; ++c) {
        std::int32_t sum = kHalfWeight;
        for (int k = 0; k < count; ++k) {
          const std::size_t pixel =
              horizontal ? at(from, first + k, y, c) : at(from, x, first + k, c);
          sum += from.rgb[pixel] * axis.weights[static_cast<std::size_t>(i) * axis.stride + k];
        }
        out.rgb[at(out, x, y, c)] = to_pixel(sum);
      }
    }
  }
  return out;
}

}  // namespace

void resize_bilinear_reference(const Picture& from, int width, int height, Picture& to) {
  to = pass(pass(from, width, true), height, false);
}

}  // namespace ag::data
