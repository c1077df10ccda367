#include "launch/sweep/early_stop.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace ag::sweep {
namespace {

constexpr double kWorst = std::numeric_limits<double>::infinity();

// Turned so that lower is better.
double cost(double value, bool lower_is_better) {
  if (std::isnan(value)) return kWorst;
  return lower_is_better ? value : -value;
}

std::optional<double> cost_at(const History& history, std::int64_t epoch, bool lower_is_better) {
  const auto found = history.lower_bound(epoch);
  if (found == history.end()) return std::nullopt;
  return cost(found->second, lower_is_better);
}

bool misses_rung(const EarlyTerminateConfig& config, bool lower, std::int64_t epoch, double own,
                 const std::vector<const History*>& others) {
  std::int64_t reached = 1, better = 0;
  for (const History* other : others) {
    const std::optional<double> theirs = cost_at(*other, epoch, lower);
    if (!theirs) continue;
    ++reached;
    if (*theirs < own) ++better;
  }
  return better >= std::max<std::int64_t>(reached / config.factor, 1);
}

double mean_up_to(const History& history, std::int64_t epoch, bool lower) {
  double sum = 0, count = 0;
  for (const auto& [at, value] : history) {
    if (at > epoch) break;
    sum += cost(value, lower);
    ++count;
  }
  return sum / count;
}

bool is_below_median(const EarlyTerminateConfig& config, bool lower, std::int64_t epoch,
                     const History& own, const std::vector<const History*>& others) {
  std::vector<double> means;
  for (const History* other : others) {
    if (cost_at(*other, epoch, lower)) means.push_back(mean_up_to(*other, epoch, lower));
  }
  if (means.size() < static_cast<std::size_t>(config.min_trials)) return false;
  double best = kWorst;
  for (const auto& [at, value] : own) {
    if (at <= epoch) best = std::min(best, cost(value, lower));
  }
  // The upper of the two in the middle: in doubt a trial goes on.
  const auto middle = means.begin() + static_cast<std::ptrdiff_t>(means.size() / 2);
  std::nth_element(means.begin(), middle, means.end());
  return best > *middle;
}

}  // namespace

std::vector<std::int64_t> judged_epochs(const EarlyTerminateConfig& config, std::int64_t epochs) {
  std::vector<std::int64_t> judged;
  if (config.type == "none") return judged;
  const bool rungs = config.type == "asha";
  for (std::int64_t at = config.min_epochs; at < epochs; at = rungs ? at * config.factor : at + 1) {
    judged.push_back(at);
  }
  return judged;
}

bool falls_behind(const EarlyTerminateConfig& config, bool lower_is_better, std::int64_t epoch,
                  const History& own, const std::vector<const History*>& others) {
  const std::optional<double> value = cost_at(own, epoch, lower_is_better);
  if (!value) return false;
  if (*value == kWorst) return true;
  if (config.type == "asha") return misses_rung(config, lower_is_better, epoch, *value, others);
  return is_below_median(config, lower_is_better, epoch, own, others);
}

}  // namespace ag::sweep
