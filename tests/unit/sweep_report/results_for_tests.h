// Results of sweeps, made in a line or two.
#pragma once

#include <fmt/format.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "launch/sweep_report/results.h"

namespace ag::sweep {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline const std::string kMae = "val/age_mae";

inline TrialResult trial(double mae, TrialState state = TrialState::kDone) {
  TrialResult one;
  one.state = state;
  one.epochs = one.all_epochs = 20;
  one.metrics[kMae] = mae;
  return one;
}

// A trial without metrics.
inline TrialResult bare(TrialState state, std::string reason = "") {
  TrialResult one;
  one.state = state;
  one.all_epochs = 20;
  one.reason = std::move(reason);
  return one;
}

// Trials without an id or a seed get "p0s1" and so on.
inline Results sweep_of(std::vector<std::string> parameters, std::vector<PointResult> points) {
  Results results{.name = "widths",
                  .parameters = std::move(parameters),
                  .metric = kMae,
                  .points = std::move(points)};
  for (std::size_t i = 0; i < results.points.size(); ++i) {
    std::int64_t seed = 0;
    for (TrialResult& one : results.points[i].trials) {
      one.seed = ++seed;
      one.id = fmt::format("p{}s{}", i, seed);
    }
  }
  return results;
}

// One seed a point.
inline PointResult point(std::vector<std::string> values, double mae, std::int64_t macs = 0) {
  return {.values = std::move(values), .trials = {trial(mae)}, .macs = macs};
}

// Every combination of `size` levels of each of two parameters; y(i, j) is what it reaches.
template <class Function>
Results square_grid(int size, const Function& y) {
  std::vector<PointResult> points;
  for (int i = 0; i < size; ++i) {
    for (int j = 0; j < size; ++j) {
      points.push_back(point({std::to_string(i), std::to_string(j)}, y(i, j)));
    }
  }
  return sweep_of({"a", "b"}, std::move(points));
}

}  // namespace ag::sweep
