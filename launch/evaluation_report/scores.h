// How well a group of pictures is answered.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>

#include "launch/evaluation_report/answer.h"
#include "launch/evaluation_report/interval.h"

namespace ag::evaluation {

// Shares are 0 to 1. Without pictures there is no mean: NaN.
struct Scores {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::size_t count = 0;                 // pictures
  double age_mae = kNone;                // mean of |told age - age|, years
  std::optional<double> age_mae_margin;  // its 95% interval: ± so many years; of two pictures on
  double age_bias = kNone;               // mean of told age - age, years
  double age_cs1 = kNone;                // cumulative score: pictures at most one year off
  double age_cs3 = kNone;
  double age_cs5 = kNone;
  double age_accuracy = kNone;            // pictures whose likeliest age is the age: top-1
  std::optional<double> age_coverage;     // ages between the told 10% and 90%: should be 0.8
  std::optional<double> age_range_years;  // how far these lie apart on average
  double gender_accuracy = kNone;
  std::optional<Interval> gender_interval;  // 95%, of the accuracy
};

// Adds up answers.
class ScoreSums {
 public:
  void add(const Answer& answer);
  Scores scores() const;

 private:
  std::size_t count_ = 0;
  double errors_ = 0;  // of ages, absolute
  double squared_errors_ = 0;
  double signed_errors_ = 0;
  std::size_t within_one_ = 0;
  std::size_t within_three_ = 0;
  std::size_t within_five_ = 0;
  std::size_t named_right_ = 0;
  std::size_t with_range_ = 0;
  std::size_t covered_ = 0;
  double range_years_ = 0;
  std::size_t gender_right_ = 0;
};

}  // namespace ag::evaluation
