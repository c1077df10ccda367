// What the numbers of the age head mean, and which age they tell.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ag::nn {

inline constexpr std::int64_t kAges = 101;           // 0 to 100 years
inline constexpr std::int64_t kAgeThresholds = 100;  // older than 0, 1, …, 99 years

enum class AgeOutput {
  kClasses,           // [N, 101] a logit for each age, to be read through a softmax
  kThresholds,        // [N, 100] a logit for being older than each age but the last: a sigmoid each
  kSharedThresholds,  // the same, but of one weight vector, so that they differ by a bias alone
  kYears,             // [N, 1] the age
};

// How many numbers a picture has. They tell how to read them: no two of the kinds have the same
// number but for the two with thresholds, which are read alike.
std::int64_t age_outputs(AgeOutput output);

// The expected age in years, [N] float64: the mean of the softmax, the sum of P(age > k) over the
// thresholds k, or the output itself. Throws Error for another number of columns.
at::Tensor expected_age(const at::Tensor& outputs);

// The one age to name, [N] int64: the likeliest class; of the other kinds the expected age,
// rounded.
at::Tensor named_age(const at::Tensor& outputs);

}  // namespace ag::nn
