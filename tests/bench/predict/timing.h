// How long a call takes. tests/bench/predict_timing.py does the same for the peers.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>

namespace ag::bench {

struct HowLong {
  double seconds = 0;
  std::size_t fewest = 1;  // calls
};

// Of a question's "seconds" and "fewest".
HowLong how_long(const nlohmann::json& question);

struct Timing {
  double seconds = 0;  // of the median call
  std::size_t calls = 0;
};

// Calls `work` once untimed, then for `seconds`, at least `fewest` times.
Timing median_call(const std::function<void()>& work, const HowLong& limit);

}  // namespace ag::bench
