// How far a figure of a sample may lie from that of all pictures of the kind: 95% intervals.
#pragma once

#include <cstddef>

namespace ag::evaluation {

inline constexpr double kNormal95 = 1.959964;  // standard deviations around 95% of a normal one

struct Interval {
  double low = 0;
  double high = 0;
};

// Of a share, `right` of `count` (1 or more): Wilson's score interval (JASA 1927), which is sound
// for few pictures and for shares near 0 and 1, too.
Interval wilson_interval(std::size_t right, std::size_t count);

}  // namespace ag::evaluation
