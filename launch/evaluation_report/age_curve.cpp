#include "launch/evaluation_report/age_curve.h"

#include <algorithm>
#include <numeric>

#include "framework/core/age_bands.h"
#include "framework/core/statistics.h"

namespace ag::evaluation {
namespace {

constexpr int kYears = 5;  // enough pictures for quantiles, and little difference in age
constexpr double kLowShare = 0.1;
constexpr double kHighShare = 0.9;

}  // namespace

std::vector<AgeStep> age_curve(std::span<const Answer> answers) {
  const AgeBands bands = AgeBands::of_width(kYears, kOldest);
  std::vector<std::vector<double>> told(bands.count());
  std::vector<double> ages(bands.count());  // sums
  for (const Answer& answer : answers) {
    const std::size_t band = bands.of(answer.age);
    told[band].push_back(answer.told_age);
    ages[band] += answer.age;
  }
  std::vector<AgeStep> steps;
  for (std::size_t band = 0; band < bands.count(); ++band) {
    if (told[band].empty()) continue;
    const auto n = static_cast<double>(told[band].size());
    const double sum = std::accumulate(told[band].begin(), told[band].end(), 0.0);
    std::ranges::sort(told[band]);
    const int first = static_cast<int>(band) * kYears;
    steps.push_back({.first = first,
                     .last = band + 1 == bands.count() ? kOldest : first + kYears - 1,
                     .count = told[band].size(),
                     .age = ages[band] / n,
                     .told = sum / n,
                     .low = quantile(told[band], kLowShare),
                     .high = quantile(told[band], kHighShare)});
  }
  return steps;
}

}  // namespace ag::evaluation
