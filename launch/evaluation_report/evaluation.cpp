#include "launch/evaluation_report/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>

#include "framework/core/age_bands.h"
#include "framework/core/error.h"

namespace ag::evaluation {
namespace {

void add_scores(std::span<const Answer> answers, Evaluation& evaluation) {
  const AgeBands bands = group_bands();
  ScoreSums all;
  std::array<ScoreSums, kGenders> by_gender;
  std::vector<ScoreSums> by_band(bands.count());
  std::array<std::vector<ScoreSums>, kGenders> by_both = {by_band, by_band};
  for (const Answer& answer : answers) {
    const auto gender = static_cast<std::size_t>(answer.gender);
    const std::size_t band = bands.of(answer.age);
    for (ScoreSums* of : {&all, &by_gender[gender], &by_band[band], &by_both[gender][band]}) {
      of->add(answer);
    }
  }
  evaluation.all = all.scores();
  for (std::size_t gender = 0; gender < kGenders; ++gender) {
    evaluation.by_gender[gender] = by_gender[gender].scores();
    for (const ScoreSums& sums : by_both[gender]) {
      evaluation.by_gender_and_band[gender].push_back(sums.scores());
    }
  }
  for (const ScoreSums& sums : by_band) evaluation.by_band.push_back(sums.scores());
}

void add_confusions(std::span<const Answer> answers, Evaluation& evaluation) {
  const AgeBands bands = group_bands();
  evaluation.age_confusion.assign(bands.count(), std::vector<std::size_t>(bands.count()));
  for (const Answer& answer : answers) {
    ++evaluation.age_confusion[bands.of(answer.age)][told_band(answer)];
    ++evaluation.gender_confusion[static_cast<std::size_t>(answer.gender)]
                                 [static_cast<std::size_t>(told_gender(answer))];
  }
}

// The first `most` by `badness`, the worst first.
template <class Badness>
std::vector<Answer> worst_of(std::vector<Answer> answers, std::size_t most,
                             const Badness& badness) {
  std::ranges::sort(answers, [&](const Answer& a, const Answer& b) {
    const double of_a = badness(a);
    const double of_b = badness(b);
    return of_a != of_b ? of_a > of_b : a.index < b.index;
  });
  answers.resize(std::min(answers.size(), most));
  return answers;
}

}  // namespace

std::size_t told_band(const Answer& answer) {
  // Beyond what a person's age may be, all belongs to the first and to the last band.
  const double years = std::clamp(answer.told_age, 0.0, static_cast<double>(kOldest));
  return group_bands().of(std::lround(years));
}

Evaluation evaluate(std::span<const Answer> answers, std::size_t worst) {
  if (answers.empty()) {
    throw Error("evaluation", "there is no picture to judge by", "choose a split with pictures");
  }
  std::ranges::for_each(answers, check);
  Evaluation evaluation;
  add_scores(answers, evaluation);
  add_confusions(answers, evaluation);
  evaluation.gender_calibration = gender_calibration(answers);
  evaluation.age_curve = age_curve(answers);
  evaluation.worst_ages = worst_of({answers.begin(), answers.end()}, worst,
                                   [](const Answer& of) { return std::abs(age_error(of)); });
  std::vector<Answer> wrong;
  std::ranges::copy_if(answers, std::back_inserter(wrong), std::not_fn(gender_is_right));
  evaluation.surest_wrong_genders = worst_of(std::move(wrong), worst, confidence);
  return evaluation;
}

std::vector<std::pair<std::string, double>> named_metrics(const Evaluation& evaluation,
                                                          const std::string& prefix) {
  std::vector<std::pair<std::string, double>> metrics;
  const auto add = [&](const char* name, std::optional<double> value) {
    if (value) metrics.emplace_back(fmt::format("{}/{}", prefix, name), *value);
  };
  const Scores& all = evaluation.all;
  add("age_mae", all.age_mae);
  add("age_cs1", all.age_cs1);
  add("age_cs3", all.age_cs3);
  add("age_cs5", all.age_cs5);
  add("age_accuracy", all.age_accuracy);
  if (all.age_coverage) add("age_coverage80_error", std::abs(*all.age_coverage - kShouldBeCovered));
  add("age_range80", all.age_range_years);
  add("gender_accuracy", all.gender_accuracy);
  add("gender_ece", evaluation.gender_calibration.ece);
  add("gender_brier", evaluation.gender_calibration.brier);
  return metrics;
}

}  // namespace ag::evaluation
