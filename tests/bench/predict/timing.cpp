#include "tests/bench/predict/timing.h"

#include <algorithm>
#include <vector>

#include "framework/core/stopwatch.h"

namespace ag::bench {
namespace {

constexpr std::size_t kFewestCalls = 3;  // tests/bench/predict_timing.py has the same

}  // namespace

Timing median_call(const std::function<void()>& work, double seconds) {
  work();
  std::vector<double> calls;
  const Stopwatch all;
  while (calls.size() < kFewestCalls || all.seconds() < seconds) {
    const Stopwatch one;
    work();
    calls.push_back(one.seconds());
  }
  const auto middle = calls.begin() + static_cast<std::ptrdiff_t>(calls.size() / 2);
  std::ranges::nth_element(calls, middle);
  return {*middle, static_cast<int>(calls.size())};
}

}  // namespace ag::bench
