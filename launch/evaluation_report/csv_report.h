// The answers of an evaluation for a spreadsheet or a program.
#pragma once

#include <span>
#include <string>

#include "launch/evaluation_report/answer.h"

namespace ag::evaluation {

// One row an answer, in their order: index, source (row of the data set's report.csv), age,
// told_age, low, high, named_age, gender (0 female, 1 male), male (told probability). Numbers have
// all their digits; what isn't told is empty.
std::string to_csv(std::span<const Answer> answers);

}  // namespace ag::evaluation
