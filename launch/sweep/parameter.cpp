#include "launch/sweep/parameter.h"

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <utility>

#include "framework/core/error.h"
#include "framework/core/philox.h"

namespace ag::sweep {
namespace {

constexpr int kDigits = 6;  // of a number that is drawn: what people would write, and enough

std::string drawn(const Parameter& parameter, RandomStream& stream) {
  if (!parameter.values.empty()) {
    return parameter.values[stream.below(static_cast<std::uint32_t>(parameter.values.size()))];
  }
  switch (parameter.distribution) {
    case Distribution::kIntUniform: {
      const double places = parameter.high - parameter.low + 1;
      return fmt::format("{:.0f}", parameter.low + std::floor(stream.uniform() * places));
    }
    case Distribution::kLogUniform: {
      const double power = stream.uniform(std::log(parameter.low), std::log(parameter.high));
      return fmt::format("{:.{}g}", std::exp(power), kDigits);
    }
    case Distribution::kUniform:
      break;
  }
  return fmt::format("{:.{}g}", stream.uniform(parameter.low, parameter.high), kDigits);
}

}  // namespace

std::vector<std::vector<std::string>> grid(const std::vector<Parameter>& parameters) {
  std::vector<std::vector<std::string>> points = {{}};
  for (const Parameter& parameter : parameters) {
    if (parameter.values.empty()) {
      throw usage_error(parameter.where,
                        fmt::format("a grid can't be laid over the range of {}", parameter.key),
                        "give it values: [a, b, …], or draw with method: random");
    }
    std::vector<std::vector<std::string>> longer;
    for (const std::vector<std::string>& point : points) {
      for (const std::string& value : parameter.values) {
        longer.push_back(point);
        longer.back().push_back(value);
      }
    }
    points = std::move(longer);
  }
  return points;
}

std::vector<std::vector<std::string>> draw(const std::vector<Parameter>& parameters,
                                           std::int64_t count, std::int64_t seed) {
  std::vector<std::vector<std::string>> points;
  std::set<std::vector<std::string>> seen;
  for (std::int64_t i = 0; i < count; ++i) {
    RandomStream stream({.seed = static_cast<std::uint64_t>(seed),
                         .sample = static_cast<std::uint32_t>(i),
                         .purpose = Purpose::kSweep});
    std::vector<std::string> point;
    point.reserve(parameters.size());
    for (const Parameter& parameter : parameters) point.push_back(drawn(parameter, stream));
    if (seen.insert(point).second) points.push_back(std::move(point));
  }
  return points;
}

}  // namespace ag::sweep
