// imdb.mat and wiki.mat: the tables of IMDB-WIKI (Rothe, Timofte, Van Gool, "Deep expectation of
// real and apparent age from a single image without facial landmarks", IJCV 2018).
#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace ag::dataprep {

// One picture, as the table has it. What a table doesn't tell is NaN or empty.
struct ImdbRow {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  std::string full_path;          // below the folder of pictures
  double dob = kUnknown;          // date of birth, MATLAB datenum
  double photo_taken = kUnknown;  // year
  double gender = kUnknown;       // 0 female, 1 male, NaN unknown
  // Higher is surer; -inf: no face found, the picture is the whole photo.
  double face_score = kUnknown;
  double second_face_score = kUnknown;  // NaN: no second face found
  double celeb_id = kUnknown;           // from 1; IMDB alone
  std::string name;                     // UTF-8; may be empty
};

struct ImdbTable {
  std::string name;  // of the struct: "imdb" or "wiki"
  std::vector<ImdbRow> rows;
};

// Reads a MAT file of version 5 or 7.3. Throws Error when it isn't one, holds neither struct, or
// the struct's fields are missing, of the wrong kind or of different lengths.
ImdbTable read_imdb_mat(const std::filesystem::path& path);

}  // namespace ag::dataprep
