#include "framework/train/guess_baseline.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "framework/nn/network.h"

namespace ag::train {

GuessBaseline guess_baseline(const data::Dataset& dataset) {
  std::vector<int> ages;
  std::array<std::int64_t, nn::kGenders> genders{};
  for (std::int64_t i = 0; i < dataset.size(data::Split::kTrain); ++i) {
    const data::SampleLabels labels = dataset.labels(data::Split::kTrain, i);
    ages.push_back(labels.age);
    ++genders[static_cast<std::size_t>(labels.gender)];
  }
  const auto middle = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 2);
  std::nth_element(ages.begin(), middle, ages.end());
  const int gender = genders[1] > genders[0] ? 1 : 0;

  GuessBaseline guess;
  const std::int64_t count = dataset.size(data::Split::kValidation);
  for (std::int64_t i = 0; i < count; ++i) {
    const data::SampleLabels labels = dataset.labels(data::Split::kValidation, i);
    guess.age_mae += std::abs(labels.age - *middle) / static_cast<double>(count);
    guess.gender_accuracy += (labels.gender == gender ? 1.0 : 0.0) / static_cast<double>(count);
  }
  return guess;
}

}  // namespace ag::train
