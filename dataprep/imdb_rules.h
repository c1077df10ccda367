// Which rows of an IMDB-WIKI table are used: the rules, and a person's age from a date of birth.
#pragma once

#include <optional>
#include <string>

#include "dataprep/imdb_mat.h"
#include "dataprep/source_row.h"

namespace ag::dataprep {

struct ImdbRules {
  double min_face_score = 3;       // a face must score more than this
  bool allow_second_face = false;  // keep pictures in which a second face was found
  int min_age = 0;                 // years
  int max_age = 100;
};

// The year and month of a MATLAB datenum (days since "January 0" of year 0; 719529 is 1970-01-01),
// its time of day dropped, in the Gregorian calendar. Nothing for what is no day of the years 1 to
// 9999: under 367, not finite.
struct BirthMonth {
  int year = 0;
  int month = 0;  // 1 to 12
};
std::optional<BirthMonth> birth_month(double datenum);

// Age in years on a picture taken in `year`, as though it were taken in the middle of it: one less
// for who was born in July or later.
int age_in(int year, const BirthMonth& birth);

// Checks one row's labels.
SourceRow clean(const ImdbRow& row, const ImdbRules& rules);

// The person of a row: celeb_id, else the id that the file's name begins with, else the name; ""
// when there is none of them.
std::string person_of(const ImdbRow& row);

}  // namespace ag::dataprep
