// Who is on which picture of a synthetic set, when it was taken, and what is wrong with its row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataprep/imdb_mat.h"
#include "dataprep/sample/face.h"

namespace ag::dataprep {

// Each defect that cleaning must find, in the order of the reasons under which it does.
enum class Defect {
  kNone,
  kNoFace,
  kLowFaceScore,
  kSecondFace,
  kGenderUnknown,
  kNoBirthDate,  // datenum 0
  kBornAfterPhoto,
  kTooOld,  // over 100
  kFileMissing,
  kFileEmpty,
  kFileCut,
};
inline constexpr std::uint32_t kDefects = 10;  // kNone aside

struct AlbumPicture {
  ImdbRow row;  // as the table has it, defect included
  std::uint32_t person = 0;
  double age = 0;  // as it looks, years
  Defect defect = Defect::kNone;
};

struct Album {
  std::vector<Person> persons;
  std::vector<std::string> names;  // of the persons
  std::vector<AlbumPicture> pictures;
};

// `count` pictures of persons with 1 to 30 pictures each, few of them many. Every 25th row, at
// random places, has a defect, the kinds in turn. A pure function of its arguments.
Album make_album(std::uint32_t count, std::uint64_t seed);

// What draws picture `number` of the album: for draw_face().
RandomKey picture_key(std::uint64_t seed, std::uint32_t number);

// MATLAB's datenum of a day of the Gregorian calendar.
double datenum_of(int year, int month, int day);

}  // namespace ag::dataprep
