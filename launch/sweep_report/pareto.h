// Which points of a sweep are worth their cost: those that no other is better than without costing
// more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "launch/sweep_report/results.h"

namespace ag::sweep {

enum class Cost { kMacs, kParameters };

// "MACs", "parameters"
std::string_view cost_title(Cost cost);
std::int64_t cost_of(const PointResult& point, Cost cost);
// MACs, or parameters where no point knows its MACs.
Cost known_cost(const Results& results);

// The Pareto front of the metric's mean and the cost: every point that no other dominates (is as
// good and as cheap, and better or cheaper), in the order of cost. Points alike in both are all in
// it. Those without a mean, or of unknown cost (0), are not.
std::vector<std::size_t> pareto_front(const Results& results, const std::string& metric, Cost cost);

}  // namespace ag::sweep
