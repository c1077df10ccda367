// What a network answers of one picture, beside what is true.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ag::evaluation {

inline constexpr int kOldest = 100;
inline constexpr std::size_t kGenders = 2;
// Of the true ages, between the told 10% and 90%.
inline constexpr double kShouldBeCovered = 0.8;

struct Answer {
  std::int64_t index = 0;    // of the picture in its split
  std::uint32_t source = 0;  // row of the data set's report.csv, from 0
  int age = 0;               // the truth: 0 to 100 whole years
  int gender = 0;            // the truth: 0 female, 1 male
  double told_age = 0;       // years
  // Where the told distribution of the age reaches 10% and 90%, years; none of a head that tells no
  // distribution. Either both are there or neither.
  std::optional<double> low;
  std::optional<double> high;
  double male = 0;    // told probability, 0 to 1
  int named_age = 0;  // the likeliest one
};

std::string_view gender_name(int gender);  // "female", "male"

// Told age - age, years: above 0 where somebody is taken for older.
double age_error(const Answer& answer);

// The likelier one; 0 where both are as likely.
int told_gender(const Answer& answer);
bool gender_is_right(const Answer& answer);
// How sure it is of that: the probability of the likelier one, 0.5 to 1.
double confidence(const Answer& answer);

// Whether the age lies between low and high, ends included; none where there are none.
std::optional<bool> is_covered(const Answer& answer);

// Throws Error unless the answer's numbers are finite and in range.
void check(const Answer& answer);

}  // namespace ag::evaluation
