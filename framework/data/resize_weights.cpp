#include "framework/data/resize_weights.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace ag::data {
namespace {

// The nearest whole number, halves upwards, as Pillow has it.
int nearest(double x) {
  return static_cast<int>(std::floor(x + 0.5));
}

}  // namespace

AxisWeights triangle_weights(int from, int to) {
  const double scale = static_cast<double>(from) / to;
  const double support = std::max(scale, 1.0);  // half the filter's width, in input pixels
  const double inverse_support = 1.0 / support;
  AxisWeights axis;
  axis.stride = static_cast<int>(std::ceil(support)) * 2 + 1;
  axis.weights.assign(static_cast<std::size_t>(to) * static_cast<std::size_t>(axis.stride), 0);
  std::vector<double> triangle;
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(nearest(centre - support), 0);
    const int end = std::min(nearest(centre + support), from);
    triangle.clear();
    double sum = 0;
    for (int x = first; x < end; ++x) {
      triangle.push_back(std::max(1.0 - std::abs((x - centre + 0.5) * inverse_support), 0.0));
      sum += triangle.back();
    }
    axis.taps.push_back({first, end - first});
    std::int32_t* out = axis.weights.data() + static_cast<std::ptrdiff_t>(i) * axis.stride;
    for (const double weight : triangle) *out++ = nearest(weight / sum * (1 << kWeightBits));
  }
  return axis;
}

}  // namespace ag::data
