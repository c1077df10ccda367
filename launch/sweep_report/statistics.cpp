#include "launch/sweep_report/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "framework/core/metric_direction.h"
#include "framework/core/statistics.h"

namespace ag::sweep {
namespace {

constexpr double kFence = 1.5;  // interquartile ranges (Tukey, "Exploratory data analysis", 1977)
constexpr double kLowerQuartile = 0.25;
constexpr double kUpperQuartile = 0.75;

}  // namespace

std::optional<Estimate> estimate(const PointResult& point, const std::string& metric,
                                 TrialState state) {
  std::vector<double> values;
  for (const TrialResult& trial : point.trials) {
    const auto found = trial.metrics.find(metric);
    if (trial.state == state && found != trial.metrics.end()) values.push_back(found->second);
  }
  if (values.empty()) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  Estimate result{.mean = std::accumulate(values.begin(), values.end(), 0.0) / count,
                  .lowest = std::numeric_limits<double>::infinity(),
                  .highest = -std::numeric_limits<double>::infinity(),
                  .seeds = values.size()};
  double squares = 0;
  for (const double value : values) {
    squares += (value - result.mean) * (value - result.mean);
    result.lowest = std::fmin(result.lowest, value);
    result.highest = std::fmax(result.highest, value);
  }
  if (values.size() > 1) result.deviation = std::sqrt(squares / (count - 1));
  return result;
}

std::vector<std::optional<double>> means(const Results& results, const std::string& metric) {
  std::vector<std::optional<double>> all;
  for (const PointResult& point : results.points) {
    const std::optional<Estimate> of_point = estimate(point, metric);
    const bool known = of_point && std::isfinite(of_point->mean);
    all.push_back(known ? std::optional(of_point->mean) : std::nullopt);
  }
  return all;
}

bool lower_is_better(const Results& results, const std::string& metric) {
  return metric == results.metric ? results.lower_is_better : ag::lower_is_better(metric);
}

std::optional<std::size_t> best_point(const Results& results, const std::string& metric) {
  const std::vector<std::optional<double>> all = means(results, metric);
  const bool lower = lower_is_better(results, metric);
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i]) continue;
    if (!best || (lower ? *all[i] < *all[*best] : *all[i] > *all[*best])) best = i;
  }
  return best;
}

std::vector<std::size_t> ranked(const Results& results) {
  const std::vector<std::optional<double>> all = means(results, results.metric);
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (!all[a] || !all[b]) return all[a].has_value() && !all[b].has_value();
    return results.lower_is_better ? *all[a] < *all[b] : *all[a] > *all[b];
  });
  return order;
}

std::vector<std::optional<double>> badness(std::span<const std::optional<double>> values,
                                           bool lower_is_better) {
  const double sign = lower_is_better ? 1 : -1;  // so that lower is better from here on
  std::vector<double> sorted;
  for (const std::optional<double>& value : values) {
    if (value) sorted.push_back(sign * *value);
  }
  std::vector<std::optional<double>> all(values.size());
  if (sorted.empty()) return all;
  std::ranges::sort(sorted);
  const double upper = quantile(sorted, kUpperQuartile);
  const double fence = upper + kFence * (upper - quantile(sorted, kLowerQuartile));
  const double best = sorted.front();
  // The worst value within the fence: the best lies there always.
  const double worst = *std::prev(std::ranges::upper_bound(sorted, fence));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    const double value = sign * *values[i];
    const double within = worst > best ? (value - best) / (worst - best) : 0.5;
    all[i] = value > worst ? 1.0 : std::min(within, 1.0);
  }
  return all;
}

}  // namespace ag::sweep
