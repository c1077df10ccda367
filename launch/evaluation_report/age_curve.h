// Which ages people of each age are told: where the curve leaves the diagonal, a network takes
// children for older, or old people for younger.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "launch/evaluation_report/answer.h"

namespace ag::evaluation {

// The pictures of people of `first` to `last` years.
struct AgeStep {
  int first = 0;
  int last = 0;
  std::size_t count = 0;
  double age = 0;   // their mean
  double told = 0;  // mean of the told ages
  double low = 0;   // 10% of the told ages are below
  double high = 0;  // 10% are above
};

// Steps of five years, 0-4, 5-9, … 95-100, but those that no picture is of.
std::vector<AgeStep> age_curve(std::span<const Answer> answers);

}  // namespace ag::evaluation
