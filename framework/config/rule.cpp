#include "framework/config/rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace ag::config {

Rule any() {
  return {};
}

Rule at_least(double low) {
  return {fmt::format("at least {}", low), [low](double x) { return x >= low; }, {}};
}

Rule above(double low) {
  return {fmt::format("above {}", low), [low](double x) { return x > low; }, {}};
}

Rule between(double low, double high) {
  return {fmt::format("{} to {}", low, high),
          [low, high](double x) { return x >= low && x <= high; },
          {}};
}

Rule between_open(double low, double high) {
  return {fmt::format("above {} and below {}", low, high),
          [low, high](double x) { return x > low && x < high; },
          {}};
}

Rule above_up_to(double low, double high) {
  return {fmt::format("above {}, up to {}", low, high),
          [low, high](double x) { return x > low && x <= high; },
          {}};
}

Rule from_below(double low, double high) {
  return {fmt::format("{} or more and below {}", low, high),
          [low, high](double x) { return x >= low && x < high; },
          {}};
}

Rule one_of(std::vector<std::string> choices) {
  std::string text = fmt::format("one of {}", fmt::join(choices, ", "));
  return {std::move(text), {}, std::move(choices)};
}

}  // namespace ag::config
