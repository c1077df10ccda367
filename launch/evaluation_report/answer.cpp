#include "launch/evaluation_report/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/core/error.h"

namespace ag::evaluation {
namespace {

constexpr double kEven = 0.5;

// What is wrong with the answer; nothing where all is well.
std::string_view fault_of(const Answer& answer) {
  if (answer.age < 0 || answer.age > kOldest) return "its true age isn't 0 to 100 years";
  if (answer.gender != 0 && answer.gender != 1) return "its true gender isn't 0 or 1";
  if (!std::isfinite(answer.told_age)) return "the age told of it isn't a number";
  if (!(answer.male >= 0 && answer.male <= 1)) return "the probability told of it isn't 0 to 1";
  if (answer.low.has_value() != answer.high.has_value()) return "its age has half a range";
  if (answer.low && !(std::isfinite(*answer.low) && std::isfinite(*answer.high))) {
    return "the range told of its age isn't one of numbers";
  }
  return answer.low && *answer.low > *answer.high ? "its age's range is upside down" : "";
}

}  // namespace

std::string_view gender_name(int gender) {
  return gender == 0 ? "female" : "male";
}

double age_error(const Answer& answer) {
  return answer.told_age - answer.age;
}

int told_gender(const Answer& answer) {
  return answer.male > kEven ? 1 : 0;
}

bool gender_is_right(const Answer& answer) {
  return told_gender(answer) == answer.gender;
}

double confidence(const Answer& answer) {
  return std::max(answer.male, 1 - answer.male);
}

std::optional<bool> is_covered(const Answer& answer) {
  if (!answer.low || !answer.high) return std::nullopt;
  return *answer.low <= answer.age && answer.age <= *answer.high;
}

void check(const Answer& answer) {
  const std::string_view fault = fault_of(answer);
  if (fault.empty()) return;
  throw Error(fmt::format("evaluation, picture {}", answer.index), std::string(fault),
              "a network whose training ended in NaN tells no more: take an earlier checkpoint");
}

}  // namespace ag::evaluation
