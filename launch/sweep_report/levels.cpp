#include "launch/sweep_report/levels.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "framework/core/text.h"

namespace ag::sweep {
namespace {

// Numbers are the same however they are written: 0.5 and 0.50.
bool same(const std::string& a, const std::string& b, bool numeric) {
  return numeric ? finite_number_of(a) == finite_number_of(b) : a == b;
}

Levels levels_of(const Results& results, std::size_t parameter) {
  Levels levels{.name = results.parameters[parameter], .parameter = parameter};
  const auto value_of = [parameter](const PointResult& point) -> const std::string& {
    return point.values[parameter];
  };
  levels.numeric = std::ranges::all_of(results.points, [&](const PointResult& point) {
    return finite_number_of(value_of(point)).has_value();
  });
  const auto find = [&](const std::string& value) {
    return std::ranges::find_if(levels.values, [&](const std::string& known) {
      return same(known, value, levels.numeric);
    });
  };
  for (const PointResult& point : results.points) {
    if (find(value_of(point)) == levels.values.end()) levels.values.push_back(value_of(point));
  }
  if (levels.numeric) std::ranges::stable_sort(levels.values, {}, finite_number_of);
  for (const PointResult& point : results.points) {
    levels.of_point.push_back(
        static_cast<std::size_t>(std::distance(levels.values.begin(), find(value_of(point)))));
  }
  return levels;
}

}  // namespace

std::vector<Levels> all_levels(const Results& results) {
  std::vector<Levels> all;
  for (std::size_t i = 0; i < results.parameters.size(); ++i) {
    all.push_back(levels_of(results, i));
  }
  return all;
}

std::vector<Levels> varying_levels(const Results& results) {
  std::vector<Levels> all = all_levels(results);
  std::erase_if(all, [](const Levels& levels) { return !levels.varies(); });
  return all;
}

}  // namespace ag::sweep
