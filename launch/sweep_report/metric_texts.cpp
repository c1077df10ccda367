#include "launch/sweep_report/metric_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "launch/sweep_report/statistics.h"
#include "tracking/report/number.h"

namespace ag::sweep {
namespace {

// What to say of a point that has no number: of its trials the state that will change it soonest.
std::string state_of(const PointResult& point) {
  constexpr std::array kOrder = {TrialState::kRunning, TrialState::kWaiting, TrialState::kFailed,
                                 TrialState::kStopped, TrialState::kPruned};
  for (const TrialState state : kOrder) {
    if (std::ranges::find(point.trials, state, &TrialResult::state) != point.trials.end()) {
      return std::string(state_name(state));
    }
  }
  return "–";
}

std::vector<bool> best_of(const Results& results, const std::string& metric) {
  const std::vector<std::optional<double>> all = means(results, metric);
  std::vector<bool> marks(all.size());
  const std::optional<std::size_t> best = best_point(results, metric);
  if (!best) return marks;
  const bool any_worse = std::ranges::any_of(
      all, [&](const std::optional<double>& mean) { return mean && *mean != *all[*best]; });
  for (std::size_t i = 0; i < all.size(); ++i) marks[i] = any_worse && all[i] == all[*best];
  return marks;
}

}  // namespace

std::string MetricText::joined() const {
  return spread.empty() ? value : value + " " + spread;
}

std::vector<MetricText> metric_texts(const Results& results, const std::string& metric) {
  const std::size_t count = results.points.size();
  // The means, then the deviations, so that they share their decimals.
  std::vector<std::optional<double>> numbers(2 * count);
  std::vector<bool> done(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::optional<Estimate> known = estimate(results.points[i], metric);
    done[i] = known.has_value();
    if (!known) known = estimate(results.points[i], metric, TrialState::kPruned);
    if (!known) continue;
    numbers[i] = known->mean;
    if (done[i]) numbers[count + i] = known->deviation;
  }
  const std::vector<std::string> texts = report::alike(numbers);
  const std::vector<bool> best = best_of(results, metric);
  std::vector<MetricText> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    MetricText& text = all[i];
    text.is_number = done[i];
    text.best = best[i];
    text.value = !numbers[i] ? state_of(results.points[i])
                 : done[i]   ? texts[i]
                             : fmt::format("({})", texts[i]);
    const std::optional<double>& deviation = numbers[count + i];
    if (deviation && std::isfinite(*deviation)) text.spread = "± " + texts[count + i];
  }
  return all;
}

bool any_pruned_value(const Results& results) {
  return std::ranges::any_of(results.points, [&](const PointResult& point) {
    return !estimate(point, results.metric) &&
           estimate(point, results.metric, TrialState::kPruned).has_value();
  });
}

}  // namespace ag::sweep
