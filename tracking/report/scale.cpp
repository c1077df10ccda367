#include "tracking/report/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/core/text.h"

namespace ag::report {
namespace {

constexpr double kSlack = 1e-9;  // of a step: what rounding may move a tick
constexpr double kMostDrawable = 1e300;
constexpr double kLeastMagnitude = 1e-300;    // below, numbers are as good as zero
constexpr double kLeastRelativeSpan = 1e-12;  // below, rounding is all there is to see
constexpr double kLeastPlainStep = 1e-4;
constexpr double kMostPlainTick = 1e7;

// The smallest of 1, 2 or 5 times a power of ten that is `least` or more.
double nice_step(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - kSlack)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

bool drawable(double value) {
  return std::abs(value) <= kMostDrawable;  // false for NaN
}

Range range_of(const std::vector<double>& values) {
  Range range{kMostDrawable, -kMostDrawable};
  bool any = false;
  for (const double value : values) {
    if (!drawable(value)) continue;
    range = {std::min(range.low, value), std::max(range.high, value)};
    any = true;
  }
  if (!any) return {0, 1};
  const double magnitude = std::max(std::abs(range.low), std::abs(range.high));
  if (magnitude < kLeastMagnitude) return {-0.5, 0.5};
  if (range.span() > magnitude * kLeastRelativeSpan) return range;
  return {range.low - magnitude / 10, range.high + magnitude / 10};
}

Ticks nice_ticks(const Range& range, int at_most, bool whole) {
  double step = nice_step(range.span() / (at_most + 1));
  if (whole) step = std::max(step, 1.0);
  const auto first = [&] { return std::ceil(range.low / step - kSlack); };
  const auto count = [&] { return std::floor(range.high / step + kSlack) - first() + 1; };
  while (count() > at_most) step = nice_step(step * 1.5);
  Ticks ticks{{}, step};
  // Multiples by multiplication: sums would drift.
  for (int i = 0; i < count(); ++i) ticks.at.push_back((first() + i) * step);
  return ticks;
}

std::vector<double> log_ticks(const Range& range, int at_most) {
  const auto first = static_cast<int>(std::floor(std::log10(range.low)));
  const auto last = static_cast<int>(std::floor(std::log10(range.high)));
  const auto count = static_cast<std::size_t>(at_most);
  std::vector<double> fine;
  std::vector<double> powers;
  for (int exponent = first; exponent <= last; ++exponent) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10.0, exponent);
      if (tick < range.low || tick > range.high) continue;
      fine.push_back(tick);
      if (factor == 1) powers.push_back(tick);
    }
  }
  if (fine.size() < 2) return nice_ticks(range, at_most).at;
  if (fine.size() <= count) return fine;
  std::vector<double> some;
  const std::size_t apart = (powers.size() + count - 1) / count;
  for (std::size_t i = 0; i < powers.size(); i += apart) some.push_back(powers[i]);
  return some;
}

Range padded(const Range& range) {
  const double room = range.span() / 20;
  const bool positive = range.low >= 0;
  const bool negative = range.high <= 0;
  return {positive ? std::max(range.low - room, 0.0) : range.low - room,
          negative ? std::min(range.high + room, 0.0) : range.high + room};
}

std::string tick_label(double tick, double step) {
  if (std::abs(tick) < step / 2) return "0";
  if (step < kLeastPlainStep || std::abs(tick) >= kMostPlainTick)
    return fmt::format("{:.3g}", tick);
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + kSlack)));
  if (decimals == 0) return with_thousands(std::llround(tick));
  return fmt::format("{:.{}f}", tick, decimals);
}

}  // namespace ag::report
