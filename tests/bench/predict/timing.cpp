#include "tests/bench/predict/timing.h"

#include <algorithm>
#include <vector>

#include "framework/core/stopwatch.h"

namespace ag::bench {

HowLong how_long(const nlohmann::json& question) {
  return {question.at("seconds").get<double>(), question.at("fewest").get<std::size_t>()};
}

Timing median_call(const std::function<void()>& work, const HowLong& limit) {
  work();
  std::vector<double> calls;
  const Stopwatch all;
  while (calls.size() < limit.fewest || all.seconds() < limit.seconds) {
    const Stopwatch one;
    work();
    calls.push_back(one.seconds());
  }
  const auto middle = calls.begin() + static_cast<std::ptrdiff_t>(calls.size() / 2);
  std::ranges::nth_element(calls, middle);
  return {*middle, calls.size()};
}

}  // namespace ag::bench
