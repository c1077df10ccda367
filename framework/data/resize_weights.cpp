#include "framework/data/resize_weights.h"

#include <algorithm>
#include <cmath>

namespace ag::data {

AxisWeights triangle_weights(int from, int to) {
  const double scale = static_cast<double>(from) / to;
  const double support = std::max(scale, 1.0);  // half the filter's width, in input pixels
  const double inverse_support = 1.0 / support;
  AxisWeights axis;
  axis.stride = static_cast<int>(std::ceil(support)) * 2 + 1;
  axis.taps.resize(static_cast<std::size_t>(to));
  axis.weights.assign(static_cast<std::size_t>(to) * axis.stride, 0);
  std::vector<double> row(static_cast<std::size_t>(axis.stride));
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int last = std::min(static_cast<int>(centre + support + 0.5), from);
    double sum = 0;
    for (int x = first; x < last; ++x) {
      const double weight = std::max(1.0 - std::abs((x - centre + 0.5) * inverse_support), 0.0);
      row[static_cast<std::size_t>(x - first)] = weight;
      sum += weight;
    }
    axis.taps[static_cast<std::size_t>(i)] = {first, last - first};
    std::int32_t* out = &axis.weights[static_cast<std::size_t>(i) * axis.stride];
    for (int k = 0; k < last - first; ++k) {
      const double weight =
          sum == 0 ? row[static_cast<std::size_t>(k)] : row[static_cast<std::size_t>(k)] / sum;
      out[k] = static_cast<std::int32_t>(0.5 + weight * (1 << kWeightBits));
    }
  }
  return axis;
}

}  // namespace ag::data
