// Whether the probabilities told of genders are what they say: of the pictures of which the network
// is 90% sure, 90% should be right.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "launch/evaluation_report/answer.h"
#include "launch/evaluation_report/interval.h"

namespace ag::evaluation {

inline constexpr std::size_t kReliabilityBins = 10;

// The pictures whose confidence lies in (from, to]; the first bin has 0.5 itself, too.
struct ReliabilityBin {
  double from = 0;
  double to = 0;
  std::size_t count = 0;
  double confidence = 0;  // mean; 0 without pictures, as is the accuracy
  double accuracy = 0;
  Interval interval;  // 95%, of the accuracy
};

struct GenderCalibration {
  std::array<ReliabilityBin, kReliabilityBins> bins;  // of equal width, over [0.5, 1]
  // The expected calibration error (Guo et al., "On calibration of modern neural networks", ICML
  // 2017): the mean over pictures of |accuracy - confidence| of their bin.
  double ece = 0;
  // Mean square of (probability of male - 1 where it is male, else 0), 0 to 1: half of what Brier
  // (1950) sums over both genders. 0.25 is that of always telling 50%.
  double brier = 0;
};

// Of one picture or more.
GenderCalibration gender_calibration(std::span<const Answer> answers);

}  // namespace ag::evaluation
