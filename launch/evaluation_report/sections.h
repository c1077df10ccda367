// The parts of an evaluation's report that a terminal and a page have in common, as lines and
// tables.
#pragma once

#include <string>
#include <vector>

#include "launch/evaluation_report/evaluation.h"
#include "tracking/report/table.h"

namespace ag::evaluation {

// Groups of fewer pictures say little: their figures are shown faint, and never as the worst.
inline constexpr std::size_t kFewPictures = 30;

std::string years(double years);  // "5.12"

// "900 pictures of faces_96, test split"
std::string summary_line(const Evaluation& evaluation, const Subject& subject);
// How well ages are told, how well genders are, each in a few lines.
std::vector<std::string> age_lines(const Evaluation& evaluation);
std::vector<std::string> gender_lines(const Evaluation& evaluation);

// "told 34 (27-41), is 61"
std::string age_caption(const Answer& answer);
// "female 97%, is male"
std::string gender_caption(const Answer& answer);

// A row for all pictures and for each gender; then for each band of age, of all and of each gender.
// The worst of each column and part is marked.
report::Table groups_table(const Evaluation& evaluation);
// The same with a row a band, and for each figure that of both genders and of each beside each
// other.
report::Table compared_table(const Evaluation& evaluation);
// What their figures mean, and their colours where they are shown in some.
std::string groups_note(const Evaluation& evaluation, bool coloured);

}  // namespace ag::evaluation
