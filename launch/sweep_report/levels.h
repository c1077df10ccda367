// The values that a swept parameter takes over a sweep's points, in the order to show them in.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "launch/sweep_report/results.h"

namespace ag::sweep {

struct Levels {
  std::string name;                   // of the parameter
  std::size_t parameter = 0;          // its place among the swept ones
  bool numeric = false;               // every value is a finite number
  std::vector<std::string> values;    // numbers rising; words as they first come
  std::vector<std::size_t> of_point;  // which of `values`

  bool varies() const { return values.size() > 1; }
};

// Of each parameter, in the order of the sweep.
std::vector<Levels> all_levels(const Results& results);
// Of those that take more than one value.
std::vector<Levels> varying_levels(const Results& results);

}  // namespace ag::sweep
