#include "launch/evaluation_report/interval.h"

#include <algorithm>
#include <cmath>

namespace ag::evaluation {

Interval wilson_interval(std::size_t right, std::size_t count) {
  const auto n = static_cast<double>(count);
  const double share = static_cast<double>(right) / n;
  const double square = kNormal95 * kNormal95;
  const double middle = (share + square / (2 * n)) / (1 + square / n);
  const double half =
      kNormal95 / (1 + square / n) * std::sqrt(share * (1 - share) / n + square / (4 * n * n));
  // At 0 and 1 the ends are 0 and 1 but for rounding.
  return {std::max(middle - half, 0.0), std::min(middle + half, 1.0)};
}

}  // namespace ag::evaluation
