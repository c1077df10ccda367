#include "framework/core/age_bands.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "framework/core/error.h"

namespace ag {

bool are_band_edges(std::span<const std::int64_t> edges) {
  const bool rise =
      std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) == edges.end();
  return rise && (edges.empty() || edges.front() > 0);
}

AgeBands::AgeBands(std::vector<std::int64_t> edges) : edges_(std::move(edges)) {
  if (!are_band_edges(edges_)) {
    throw Error("age bands", "their edges must rise and be above 0");
  }
}

AgeBands AgeBands::of_width(std::int64_t width, std::int64_t oldest) {
  std::vector<std::int64_t> edges;
  for (std::int64_t edge = width; edge + width <= oldest + 1; edge += width) edges.push_back(edge);
  return AgeBands(std::move(edges));
}

std::size_t AgeBands::of(std::int64_t age) const {
  return static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), age) -
                                  edges_.begin());
}

std::string AgeBands::name(std::size_t band) const {
  const std::int64_t first = band == 0 ? 0 : edges_.at(band - 1);
  if (band == edges_.size()) return fmt::format("{}+", first);
  const std::int64_t last = edges_.at(band) - 1;
  return first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
}

AgeBands group_bands() {
  return AgeBands({3, 10, 20, 30, 40, 50, 60, 70});
}

}  // namespace ag
