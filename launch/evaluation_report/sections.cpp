#include "launch/evaluation_report/sections.h"

#include <fmt/format.h>

#include "framework/core/text.h"

namespace ag::evaluation {
namespace {

constexpr double kPercent = 100;
constexpr double kAsGoodAsSure = 0.995;  // would be written as 100%, which nothing is

std::string probability(double share) {
  return share >= kAsGoodAsSure ? ">99%" : fmt::format("{:.0f}%", share * kPercent);
}

}  // namespace

std::string years(double years) {
  return fmt::format("{:.2f}", years);
}

std::string summary_line(const Evaluation& evaluation, const Subject& subject) {
  return fmt::format("{} of {}, {} split", counted(evaluation.all.count, "picture"),
                     subject.dataset, subject.split);
}

std::vector<std::string> age_lines(const Evaluation& evaluation) {
  const Scores& all = evaluation.all;
  const std::string margin =
      all.age_mae_margin ? fmt::format(" ± {}", years(*all.age_mae_margin)) : "";
  std::vector<std::string> lines = {
      fmt::format("mean error (MAE) {}{} years, bias {:+.2f}", years(all.age_mae), margin,
                  all.age_bias),
      fmt::format("{} within 1 year, {} within 3, {} within 5; {} named to the year",
                  percent(all.age_cs1), percent(all.age_cs3), percent(all.age_cs5),
                  percent(all.age_accuracy))};
  if (all.age_coverage) {
    lines.push_back(fmt::format("{} in their 80% range, which is {:.1f} years wide on average",
                                percent(*all.age_coverage), *all.age_range_years));
  }
  return lines;
}

std::vector<std::string> gender_lines(const Evaluation& evaluation) {
  const Scores& all = evaluation.all;
  return {
      fmt::format("{} right ({} – {})", percent(all.gender_accuracy),
                  percent(all.gender_interval->low), percent(all.gender_interval->high)),
      fmt::format("calibration error {} (ECE), Brier score {:.3f}",
                  percent(evaluation.gender_calibration.ece), evaluation.gender_calibration.brier)};
}

std::string age_caption(const Answer& answer) {
  const std::string range =
      answer.low ? fmt::format(" ({:.0f}-{:.0f})", *answer.low, *answer.high) : "";
  return fmt::format("told {:.0f}{}, is {}", answer.told_age, range, answer.age);
}

std::string gender_caption(const Answer& answer) {
  return fmt::format("{} {}, is {}", gender_name(told_gender(answer)),
                     probability(confidence(answer)), gender_name(answer.gender));
}

}  // namespace ag::evaluation
