#include "launch/sweep_report/pareto.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "launch/sweep_report/statistics.h"

namespace ag::sweep {

std::string_view cost_title(Cost cost) {
  return cost == Cost::kMacs ? "MACs" : "parameters";
}

std::int64_t cost_of(const PointResult& point, Cost cost) {
  return cost == Cost::kMacs ? point.macs : point.parameters;
}

Cost known_cost(const Results& results) {
  const bool macs =
      std::ranges::any_of(results.points, [](const PointResult& point) { return point.macs > 0; });
  return macs ? Cost::kMacs : Cost::kParameters;
}

std::vector<std::size_t> pareto_front(const Results& results, const std::string& metric,
                                      Cost cost) {
  struct Candidate {
    std::size_t point;
    std::int64_t cost;
    double badness;
  };
  const std::vector<std::optional<double>> all = means(results, metric);
  const double sign = lower_is_better(results, metric) ? 1 : -1;
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::int64_t price = cost_of(results.points[i], cost);
    if (all[i] && price > 0) candidates.push_back({i, price, sign * *all[i]});
  }
  std::ranges::stable_sort(candidates, [](const Candidate& a, const Candidate& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.badness < b.badness;
  });
  // From cheap to dear: a point is in where it is better than all before it, or the same as the
  // last that was.
  std::vector<std::size_t> front;
  const Candidate* last = nullptr;
  for (const Candidate& candidate : candidates) {
    const bool better = last == nullptr || candidate.badness < last->badness;
    const bool same =
        last != nullptr && candidate.badness == last->badness && candidate.cost == last->cost;
    if (!better && !same) continue;
    front.push_back(candidate.point);
    last = &candidate;
  }
  return front;
}

}  // namespace ag::sweep
