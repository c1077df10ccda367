// Answers, made in a line or two.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "launch/evaluation_report/evaluation.h"

namespace ag::evaluation {

inline constexpr double kTolerance = 1e-12;  // of sums of a few such answers

struct Told {
  double age = 30;
  double male = 0.5;
};

// Of a person of that age and gender; the likeliest age is the told one, rounded.
inline Answer answer(int age, int gender, Told told) {
  return {.age = age,
          .gender = gender,
          .told_age = told.age,
          .male = told.male,
          .named_age = static_cast<int>(std::lround(told.age))};
}

inline Answer ranged(Answer answer, double low, double high) {
  answer.low = low;
  answer.high = high;
  return answer;
}

// Numbered in their order, from rows 100 on of the report.
inline std::vector<Answer> numbered(std::vector<Answer> answers) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].index = static_cast<std::int64_t>(i);
    answers[i].source = static_cast<std::uint32_t>(100 + i);
  }
  return answers;
}

// Errors of +1, -3, +5 and -7 years; three of four genders are right.
inline std::vector<Answer> four_answers() {
  return numbered({ranged(answer(10, 0, {11, 0.1}), 9, 13), ranged(answer(12, 1, {9, 0.75}), 8, 11),
                   ranged(answer(30, 0, {35, 0.75}), 30, 40),
                   ranged(answer(80, 1, {73, 1.0}), 68, 80)});
}

inline const Subject kSubject{.checkpoint = "best.safetensors",
                              .dataset = "faces_96",
                              .split = "test",
                              .date = "2025-11-28 20:15"};

}  // namespace ag::evaluation
