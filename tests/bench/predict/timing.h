// How long a call takes.
#pragma once

#include <functional>

namespace ag::bench {

struct Timing {
  double seconds = 0;  // of the median call
  int calls = 0;
};

// Calls `work` once untimed, then for `seconds`, at least three times.
Timing median_call(const std::function<void()>& work, double seconds);

}  // namespace ag::bench
