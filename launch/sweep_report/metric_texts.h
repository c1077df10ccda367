// How a report says what a point reached.
#pragma once

#include <string>
#include <vector>

#include "launch/sweep_report/results.h"

namespace ag::sweep {

struct MetricText {
  // The mean over the trials that are done; "(8.12)" over those that were pruned, where no other is
  // there; else why there is none: "running", "failed", "–".
  std::string value;
  std::string spread;      // "± 0.052"; "" of a single seed
  bool is_number = false;  // a mean over trials that are done
  bool best = false;       // no other point's is better, and some other's is worse

  std::string joined() const;  // "7.503 ± 0.052"
};

// Of each point, all numbers with the same decimals.
std::vector<MetricText> metric_texts(const Results& results, const std::string& metric);

// Whether any point has but pruned trials to tell the sweep's metric of.
bool any_pruned_value(const Results& results);

}  // namespace ag::sweep
