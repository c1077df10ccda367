#include "launch/evaluation_report/gender_calibration.h"

#include <algorithm>
#include <cmath>

namespace ag::evaluation {
namespace {

// The lower end of a bin, as the double nearest to it, so that a confidence of 0.6 is the end of a
// bin and not just beyond it.
double edge(std::size_t bin) {
  return static_cast<double>(kReliabilityBins + bin) / (2.0 * kReliabilityBins);
}

std::size_t bin_of(double confidence) {
  std::size_t bin = 0;
  while (bin + 1 < kReliabilityBins && confidence > edge(bin + 1)) ++bin;
  return bin;
}

}  // namespace

GenderCalibration gender_calibration(std::span<const Answer> answers) {
  GenderCalibration all;
  std::array<std::size_t, kReliabilityBins> right{};
  std::array<double, kReliabilityBins> confidences{};
  const auto n = static_cast<double>(answers.size());
  for (const Answer& answer : answers) {
    const std::size_t bin = bin_of(confidence(answer));
    ++all.bins[bin].count;
    confidences[bin] += confidence(answer);
    right[bin] += gender_is_right(answer) ? 1 : 0;
    const double error = answer.male - answer.gender;
    all.brier += error * error / n;
  }
  for (std::size_t i = 0; i < kReliabilityBins; ++i) {
    ReliabilityBin& bin = all.bins[i];
    bin.from = edge(i);
    bin.to = edge(i + 1);
    if (bin.count == 0) continue;
    const auto count = static_cast<double>(bin.count);
    bin.confidence = confidences[i] / count;
    bin.accuracy = static_cast<double>(right[i]) / count;
    bin.interval = wilson_interval(right[i], bin.count);
    all.ece += count / n * std::abs(bin.accuracy - bin.confidence);
  }
  return all;
}

}  // namespace ag::evaluation
