// Metrics by gender and band of age: a network that is right on average may be wrong on some.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "framework/nn/network.h"

namespace ag::nn {

// Sums over the pictures of each group, in fp64. Sums of batches and of ranks add up to the sums of
// all their pictures.
struct GroupSums {
  enum Index : std::size_t {
    kCount,        // pictures
    kAgeError,     // |told age - age|, years
    kAgeBias,      // told age - age, years: above 0 where people are taken for older
    kGenderRight,  // pictures whose likelier gender is the gender
    kSize,
  };
  static constexpr std::size_t kBands = 9;  // of group_bands()
  static constexpr std::size_t kValues = kGenders * kBands * kSize;
  std::array<double, kValues> values{};  // to be reduced over ranks as it is

  // `gender` 0 female, 1 male; `band` of group_bands().
  double at(std::size_t gender, std::size_t band, Index index) const {
    return values[(gender * kBands + band) * kSize + index];
  }
  GroupSums& operator+=(const GroupSums& other);
};

// `age` and `gender` int64 [N]. The first `real` rows count.
GroupSums group_sums(const Prediction& told, const at::Tensor& age, const at::Tensor& gender,
                     std::int64_t real);

}  // namespace ag::nn
