#include "launch/evaluation_report/scores.h"

#include <algorithm>
#include <cmath>

namespace ag::evaluation {

void ScoreSums::add(const Answer& answer) {
  const double error = age_error(answer);
  const double years = std::abs(error);
  ++count_;
  errors_ += years;
  squared_errors_ += years * years;
  signed_errors_ += error;
  within_one_ += years <= 1 ? 1 : 0;
  within_three_ += years <= 3 ? 1 : 0;
  within_five_ += years <= 5 ? 1 : 0;
  named_right_ += answer.named_age == answer.age ? 1 : 0;
  gender_right_ += gender_is_right(answer) ? 1 : 0;
  if (const std::optional<bool> covered = is_covered(answer)) {
    ++with_range_;
    covered_ += *covered ? 1 : 0;
    range_years_ += *answer.high - *answer.low;
  }
}

Scores ScoreSums::scores() const {
  Scores scores{.count = count_};
  if (count_ == 0) return scores;
  const auto n = static_cast<double>(count_);
  const auto share = [n](std::size_t pictures) { return static_cast<double>(pictures) / n; };
  scores.age_mae = errors_ / n;
  scores.age_bias = signed_errors_ / n;
  scores.age_cs1 = share(within_one_);
  scores.age_cs3 = share(within_three_);
  scores.age_cs5 = share(within_five_);
  scores.age_accuracy = share(named_right_);
  scores.gender_accuracy = share(gender_right_);
  scores.gender_interval = wilson_interval(gender_right_, count_);
  if (count_ > 1) {
    const double squares = std::max(squared_errors_ - n * scores.age_mae * scores.age_mae, 0.0);
    scores.age_mae_margin = kNormal95 * std::sqrt(squares / (n - 1) / n);
  }
  if (with_range_ > 0) {
    const auto ranges = static_cast<double>(with_range_);
    scores.age_coverage = static_cast<double>(covered_) / ranges;
    scores.age_range_years = range_years_ / ranges;
  }
  return scores;
}

}  // namespace ag::evaluation
