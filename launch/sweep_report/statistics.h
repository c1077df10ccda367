// What the seeds of a sweep's points say of a metric. Only trials that are done enter: a pruned one
// was measured after fewer epochs, so that a mean over both would compare what can't be compared.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "launch/sweep_report/results.h"

namespace ag::sweep {

struct Estimate {
  double mean = 0;                  // NaN where a seed's training ended in NaN
  std::optional<double> deviation;  // of a sample (n - 1); none of a single seed
  double lowest = 0;
  double highest = 0;
  std::size_t seeds = 0;
};

// Over the point's trials in that state; none where none of them has the metric.
std::optional<Estimate> estimate(const PointResult& point, const std::string& metric,
                                 TrialState state = TrialState::kDone);

// The mean of each point over the trials that are done, where it is a finite number.
std::vector<std::optional<double>> means(const Results& results, const std::string& metric);

// Which way the metric improves: as the sweep says of its own, by its name for others.
bool lower_is_better(const Results& results, const std::string& metric);

// The point with the best mean, the first of equals; none where no point has one.
std::optional<std::size_t> best_point(const Results& results, const std::string& metric);

// All points, those with the best means of the sweep's metric first, equals in their order, then
// those without.
std::vector<std::size_t> ranked(const Results& results);

// How bad each value is, from 0, the best, to 1, the worst; 0.5 where all are equal. Values that
// are outliers on the worse side (Tukey's fence: 1.5 interquartile ranges beyond the worse
// quartile) are 1 and don't press the others together.
std::vector<std::optional<double>> badness(std::span<const std::optional<double>> values,
                                           bool lower_is_better);

}  // namespace ag::sweep
