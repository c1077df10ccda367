// The fields of struct imdb, each [1, N] in the order of the pictures unless said otherwise:
//
//   dob                double  date of birth, MATLAB datenum
//   photo_taken        double  year
//   full_path          cell    of text: "01/nm0000001_rm1000000000_1950-6-1_1980.jpg"
//   gender             double  0 female, 1 male, NaN unknown
//   name               cell    of text
//   face_location      cell    of double [1, 4]: left, top, right, bottom, in pixels
//   face_score         double  -inf: no face found
//   second_face_score  double  NaN: no second face found
//   celeb_names        cell    of text [1, persons]
//   celeb_id           double  index into celeb_names, from 1
#include "dataprep/sample/mat_writer.h"

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "dataprep/imdb_mat.h"
#include "dataprep/mat_file.h"
#include "framework/core/atomic_file.h"
#include "framework/core/error.h"

namespace ag::dataprep {
namespace fs = std::filesystem;
namespace {

// The head's box in a picture of side 1.
constexpr std::array<double, 4> kFaceBox = {0.2, 0.14, 0.8, 0.86};
// In place of matio's own text, which holds the time.
constexpr char kHeader[] = "MATLAB 5.0 MAT-file, synthetic faces by agprep sample";

constexpr std::array<const char*, 10> kFields = {
    "dob",           "photo_taken", "full_path",         "gender",      "name",
    "face_location", "face_score",  "second_face_score", "celeb_names", "celeb_id"};

MatVariable checked(matvar_t* variable) {
  if (variable == nullptr) throw Error("matio", "can't make a variable");
  return MatVariable(variable);
}

MatVariable numbers(std::vector<double> values) {
  std::array<std::size_t, 2> shape = {1, values.size()};
  return checked(
      Mat_VarCreate(nullptr, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, shape.data(), values.data(), 0));
}

MatVariable text(std::string value) {
  std::array<std::size_t, 2> shape = {1, value.size()};
  return checked(Mat_VarCreate(nullptr, MAT_C_CHAR, MAT_T_UTF8, 2, shape.data(), value.data(), 0));
}

// A cell array takes over what it is made of.
MatVariable cells(std::size_t count, const std::function<MatVariable(std::size_t)>& cell) {
  std::vector<matvar_t*> contents;
  contents.reserve(count);
  for (std::size_t i = 0; i < count; ++i) contents.push_back(cell(i).release());
  std::array<std::size_t, 2> shape = {1, count};
  return checked(
      Mat_VarCreate(nullptr, MAT_C_CELL, MAT_T_CELL, 2, shape.data(), contents.data(), 0));
}

MatVariable column(const Album& album, double ImdbRow::*field) {
  std::vector<double> values;
  values.reserve(album.pictures.size());
  for (const AlbumPicture& picture : album.pictures) values.push_back(picture.row.*field);
  return numbers(std::move(values));
}

MatVariable column(const Album& album, std::string ImdbRow::*field) {
  return cells(album.pictures.size(),
               [&](std::size_t i) { return text(album.pictures[i].row.*field); });
}

MatVariable table_of(const Album& album, int size) {
  std::array<std::size_t, 2> shape = {1, 1};
  auto names = kFields;
  MatVariable table =
      checked(Mat_VarCreateStruct("imdb", 2, shape.data(), names.data(), names.size()));
  const auto set = [&table](const char* name, MatVariable value) {
    Mat_VarSetStructFieldByName(table.get(), name, 0, value.release());
  };
  set("dob", column(album, &ImdbRow::dob));
  set("photo_taken", column(album, &ImdbRow::photo_taken));
  set("full_path", column(album, &ImdbRow::full_path));
  set("gender", column(album, &ImdbRow::gender));
  set("name", column(album, &ImdbRow::name));
  set("face_location", cells(album.pictures.size(), [size](std::size_t) {
        std::vector<double> box(kFaceBox.begin(), kFaceBox.end());
        for (double& edge : box) edge *= size;
        return numbers(std::move(box));
      }));
  set("face_score", column(album, &ImdbRow::face_score));
  set("second_face_score", column(album, &ImdbRow::second_face_score));
  set("celeb_names",
      cells(album.names.size(), [&](std::size_t i) { return text(album.names[i]); }));
  set("celeb_id", column(album, &ImdbRow::celeb_id));
  return table;
}

}  // namespace

void write_imdb_mat(const fs::path& path, const Album& album, int size) {
  AtomicFile file(path);
  const MatVariable table = table_of(album, size);
  {
    const MatFile mat(Mat_CreateVer(file.temporary().c_str(), kHeader, MAT_FT_MAT5));
    if (!mat) throw system_error("write", path);
    if (Mat_VarWrite(mat.get(), table.get(), MAT_COMPRESSION_ZLIB) != 0) {
      throw system_error("write", path);
    }
  }
  // matio doesn't say when the disk is full.
  try {
    read_imdb_mat(file.temporary());
  } catch (const Error&) {
    throw Error(path, "can't write the whole of it", "free some space or choose another folder");
  }
  file.commit();
}

}  // namespace ag::dataprep
