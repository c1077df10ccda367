#include "tracking/report/chart.h"

#include <algorithm>

namespace ag::report {

Range x_range(const Panel& panel) {
  std::vector<double> values;
  for (const Series& series : panel.series) {
    for (const Point& point : series.points) {
      if (drawable(point.y)) values.push_back(point.x);
    }
  }
  return range_of(values);
}

Range y_range(const Panel& panel) {
  std::vector<double> values;
  for (const Series& series : panel.series) {
    for (const Point& point : series.points) values.push_back(point.y);
  }
  for (const Level& level : panel.levels) values.push_back(level.y);
  return padded(range_of(values));
}

std::vector<Point> thinned(const std::vector<Point>& points, std::size_t at_most) {
  if (points.size() <= at_most || at_most < 2) return points;
  const std::size_t stretches = at_most / 2;
  std::vector<Point> kept;
  for (std::size_t stretch = 0; stretch < stretches; ++stretch) {
    const auto begin =
        points.begin() + static_cast<std::ptrdiff_t>(stretch * points.size() / stretches);
    const auto end =
        points.begin() + static_cast<std::ptrdiff_t>((stretch + 1) * points.size() / stretches);
    const auto by_height = [](const Point& a, const Point& b) { return a.y < b.y; };
    auto [low, high] = std::minmax_element(begin, end, by_height);
    if (low > high) std::swap(low, high);
    kept.push_back(*low);
    if (high != low) kept.push_back(*high);
  }
  return kept;
}

}  // namespace ag::report
