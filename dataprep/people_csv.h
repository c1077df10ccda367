// A table of one's own: which picture shows a face of which age and gender, as CSV.
//
//   path,age,gender,identity
//   anna/2019.jpg,34,f,anna
//   "ben, at home.jpg",61,male,ben
//
// The first line names the columns, in any order; others may stand among them and aren't looked at.
//   path      below the folder of pictures, or absolute
//   age       years; a fraction is dropped
//   gender    0, f or female; 1, m or male; upper or lower case
//   identity  optional: who it is, in any words; empty where nobody knows
//   split     optional: train, val or test; upper or lower case. Where the column is there, none is
//             drawn
#pragma once

#include <filesystem>

#include "dataprep/source_row.h"

namespace ag::dataprep {

struct PeopleRules {
  int min_age = 0;  // years
  int max_age = 100;
};

// Rows with a defect are kept in the Source, marked, `position` being their line. Throws Error: no
// such file, no header, a column missing from it or there twice, a quote that is never closed.
Source read_people_csv(const std::filesystem::path& path, const PeopleRules& rules);

}  // namespace ag::dataprep
