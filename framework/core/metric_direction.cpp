#include "framework/core/metric_direction.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ag {
namespace {

// "images_per_second" is a rate and ends in "second"; "epoch_seconds" is a time.
constexpr std::array<std::string_view, 13> kLowerWords = {
    "loss",  "mae",     "mse",     "rmse", "error", "errors", "ece",
    "brier", "range80", "seconds", "wait", "bytes", "memory"};

}  // namespace

bool lower_is_better(std::string_view metric) {
  const std::size_t slash = metric.rfind('/');
  std::string_view rest = slash == std::string_view::npos ? metric : metric.substr(slash + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('_'), rest.size());
    if (std::ranges::find(kLowerWords, rest.substr(0, end)) != kLowerWords.end()) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

bool is_better(std::string_view metric, double value, double best) {
  if (std::isnan(value)) return false;
  if (std::isnan(best)) return true;
  return lower_is_better(metric) ? value < best : value > best;
}

}  // namespace ag
