// How well a network answers the pictures of a data set: what a report of it is made of.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "launch/evaluation_report/age_curve.h"
#include "launch/evaluation_report/answer.h"
#include "launch/evaluation_report/gender_calibration.h"
#include "launch/evaluation_report/scores.h"

namespace ag::evaluation {

// What was evaluated, as the reports name it.
struct Subject {
  std::string checkpoint;
  std::string dataset;
  std::string split;  // "train", "val", "test"
  std::string date;
};

struct Evaluation {
  Scores all;
  std::array<Scores, kGenders> by_gender;
  std::vector<Scores> by_band;  // of group_bands(), by the true age
  std::array<std::vector<Scores>, kGenders> by_gender_and_band;
  GenderCalibration gender_calibration;
  std::vector<AgeStep> age_curve;
  // Pictures by the true band of age (or gender), then the told one.
  std::vector<std::vector<std::size_t>> age_confusion;
  std::array<std::array<std::size_t, kGenders>, kGenders> gender_confusion{};
  // The pictures that are most years off, and those with the wrong gender that it is surest of; the
  // worst first, of equals the first in the split.
  std::vector<Answer> worst_ages;
  std::vector<Answer> surest_wrong_genders;
};

inline constexpr std::size_t kWorstShown = 24;

// With up to `worst` pictures in each of the lists of the worst. Throws Error where there are no
// answers, or one isn't sound, see check().
Evaluation evaluate(std::span<const Answer> answers, std::size_t worst = kWorstShown);

// The band of group_bands() that the told age is of, rounded to whole years.
std::size_t told_band(const Answer& answer);

// By the names of the tracking database: "test/age_mae" (years), "test/age_cs1", "test/age_cs3",
// "test/age_cs5", "test/age_accuracy", "test/age_coverage80_error" (how far the share of ages
// within the told range is from the 80% that it should be) and "test/age_range80" (that range's
// mean width in years; both where ranges are told), "test/gender_accuracy", "test/gender_ece",
// "test/gender_brier" (the rest shares), for prefix "test". Those that training tells of, too, have
// the same names. Each has a better way to go; the bias hasn't, and so isn't among them.
std::vector<std::pair<std::string, double>> named_metrics(const Evaluation& evaluation,
                                                          const std::string& prefix);

}  // namespace ag::evaluation
