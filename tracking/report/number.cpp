#include "tracking/report/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "framework/core/text.h"

namespace ag::report {
namespace {

constexpr int kSignificant = 4;
constexpr double kLeastPlain = 1e-3;  // below, digits are told with an exponent
constexpr double kMostPlain = 1e15;   // above too
constexpr double kFirstThousand = 1000;

// Decimals that give the number its significant digits.
int decimals_for(double magnitude) {
  if (magnitude == 0) return 0;
  const int digits_before = static_cast<int>(std::floor(std::log10(magnitude))) + 1;
  return std::clamp(kSignificant - std::max(digits_before, 0), 0, kSignificant);
}

bool wants_exponent(double magnitude) {
  return magnitude > 0 && (magnitude < kLeastPlain || magnitude >= kMostPlain);
}

std::string with_decimals(double value, int decimals) {
  if (!std::isfinite(value)) return fmt::format("{}", value);
  if (decimals == 0 && std::abs(value) >= kFirstThousand && std::abs(value) < kMostPlain) {
    return with_thousands(std::llround(value));
  }
  return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

std::string short_number(double value) {
  const double magnitude = std::abs(value);
  if (!std::isfinite(value)) return fmt::format("{}", value);
  if (wants_exponent(magnitude)) return fmt::format("{:.1e}", value);
  const bool whole = value == std::round(value) && magnitude < kFirstThousand;
  return with_decimals(value, whole ? 0 : decimals_for(magnitude));
}

std::string short_count(double count) {
  constexpr double kRoundsUp = 999.5;  // three digits make 1000 of it
  std::string_view unit;
  for (const std::string_view larger : {"k", "M", "G", "T"}) {
    if (count < kRoundsUp) break;
    count /= kFirstThousand;
    unit = larger;
  }
  return fmt::format("{:.3g}{}", count, unit);
}

std::vector<std::string> alike(std::span<const std::optional<double>> values) {
  double largest = 0;
  bool all_whole = true;
  for (const std::optional<double>& value : values) {
    if (!value || !std::isfinite(*value)) continue;
    largest = std::max(largest, std::abs(*value));
    all_whole = all_whole && *value == std::round(*value);
  }
  const int decimals = all_whole ? 0 : decimals_for(largest);
  std::vector<std::string> texts;
  for (const std::optional<double>& value : values) {
    if (!value) {
      texts.emplace_back();
    } else if (wants_exponent(largest) && std::isfinite(*value)) {
      texts.push_back(fmt::format("{:.2e}", *value));
    } else {
      texts.push_back(with_decimals(*value, decimals));
    }
  }
  return texts;
}

std::string exact_number(double value) {
  return fmt::format("{}", value);
}

}  // namespace ag::report
