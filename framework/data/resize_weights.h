// The weights of a triangle filter along one axis, in fixed point, as Pillow computes them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ag::data {

inline constexpr int kWeightBits =
    22;  // a weight of 1 is 1 << 22: sums of 8-bit pixels fit 31 bits
inline constexpr std::int32_t kHalfWeight =
    1 << (kWeightBits - 1);  // what a sum starts at, to be rounded

inline std::uint8_t to_pixel(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

// Output pixel i is the sum of taps[i].count input pixels from taps[i].first on, weighed by
// weights[i * stride], weights[i * stride + 1], ….
struct AxisWeights {
  struct Taps {
    int first = 0;
    int count = 0;
  };
  std::vector<Taps> taps;             // [to]
  std::vector<std::int32_t> weights;  // [to, stride], zero after a row's `count`
  int stride = 0;
};

// Sizes in pixels, at least 1.
AxisWeights triangle_weights(int from, int to);

}  // namespace ag::data
