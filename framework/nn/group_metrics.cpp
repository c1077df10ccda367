#include "framework/nn/group_metrics.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "framework/core/age_bands.h"
#include "framework/nn/age_output.h"

namespace ag::nn {

GroupSums& GroupSums::operator+=(const GroupSums& other) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
  return *this;
}

GroupSums group_sums(const Prediction& told, const at::Tensor& age, const at::Tensor& gender,
                     std::int64_t real) {
  const c10::NoGradGuard no_grad;
  const AgeBands bands = group_bands();
  const at::Tensor errors = (expected_age(told.age) - age).cpu();
  const at::Tensor right = (told.gender.argmax(1) == gender).to(at::kDouble).cpu();
  const at::Tensor ages = age.cpu();
  const at::Tensor genders = gender.cpu();
  const auto error = errors.accessor<double, 1>();
  GroupSums sums;
  for (std::int64_t row = 0; row < real; ++row) {
    const auto of_gender = static_cast<std::size_t>(genders[row].item<std::int64_t>());
    const std::size_t band = bands.of(ages[row].item<std::int64_t>());
    double* of = &sums.values[(of_gender * GroupSums::kBands + band) * GroupSums::kSize];
    of[GroupSums::kCount] += 1;
    of[GroupSums::kAgeError] += std::abs(error[row]);
    of[GroupSums::kAgeBias] += error[row];
    of[GroupSums::kGenderRight] += right[row].item<double>();
  }
  return sums;
}

}  // namespace ag::nn
