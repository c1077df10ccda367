// A labelled picture as a source tells of it, after its labels were checked and before its file is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/data/dataset.h"

namespace ag::dataprep {

// Why a row is left out, in the order in which the rules are tried: a row counts under the first
// that it breaks.
enum class Reason {
  kMalformed,            // csv: fields missing, or not numbers
  kNoFace,               // face_score is -inf
  kLowFaceScore,         // no face is sure enough
  kSecondFace,           // another face is in the picture
  kGenderUnknown,        // NaN, or neither female nor male
  kBirthDateImpossible,  // no day of the calendar
  kAgeOutOfRange,
  kFileMissing,
  kFileEmpty,
  kUnreadable,  // no JPEG, or one that was cut
};
inline constexpr int kReasons = 10;
const char* reason_name(Reason reason);  // "face score too low"

struct SourceRow {
  std::string path;  // below the folder of pictures
  // Who it is, in words that are equal for the same person alone; empty where nobody knows.
  std::string person;
  int age = 0;                       // 0 to 100
  int gender = 0;                    // 0 female, 1 male
  std::optional<data::Split> split;  // where the source says it; otherwise it is drawn
  std::optional<Reason> defect;      // then age and gender say nothing
  std::size_t position = 0;  // where the source has it: line of a csv, column of a MAT file; from 1
};

struct Source {
  std::string name;             // of the data set
  std::string file;             // for people
  std::vector<Reason> reasons;  // that its rows can be left out for by their labels, in order
  std::vector<SourceRow> rows;
};

}  // namespace ag::dataprep
