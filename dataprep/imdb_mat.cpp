#include "dataprep/imdb_mat.h"

#include <fmt/format.h>

#include <utility>

#include "dataprep/mat_file.h"
#include "framework/core/error.h"

namespace ag::dataprep {
namespace fs = std::filesystem;
namespace {

// The struct of a table and what is said where it isn't as it should be.
class Table {
 public:
  Table(fs::path path, std::string name, MatVariable variable)
      : path_(std::move(path)), name_(std::move(name)), variable_(std::move(variable)) {
    if (variable_->class_type != MAT_C_STRUCT || element_count(*variable_) != 1) {
      throw Error(path_, fmt::format("'{}' isn't one struct", name_), kMend);
    }
  }

  // How many pictures: as many as paths.
  std::vector<std::string> paths() {
    const matvar_t* field = find("full_path");
    if (field == nullptr) throw missing("full_path");
    auto texts = texts_of(*field);
    if (!texts)
      throw Error(path_, fmt::format("{}.full_path isn't a cell array of text", name_), kMend);
    count_ = texts->size();
    return std::move(*texts);
  }

  std::vector<double> numbers(const char* name) const {
    if (find(name) == nullptr) throw missing(name);
    return optional_numbers(name);
  }

  // NaN for every picture where the field isn't there.
  std::vector<double> optional_numbers(const char* name) const {
    const matvar_t* field = find(name);
    if (field == nullptr) return std::vector<double>(count_, ImdbRow::kUnknown);
    auto values = numbers_of(*field);
    if (!values) throw Error(path_, fmt::format("{}.{} isn't numeric", name_, name), kMend);
    check_count(name, values->size());
    return std::move(*values);
  }

  // "" for every picture where the field isn't there.
  std::vector<std::string> optional_texts(const char* name) const {
    const matvar_t* field = find(name);
    if (field == nullptr) return std::vector<std::string>(count_);
    auto texts = texts_of(*field);
    if (!texts)
      throw Error(path_, fmt::format("{}.{} isn't a cell array of text", name_, name), kMend);
    check_count(name, texts->size());
    return std::move(*texts);
  }

 private:
  static constexpr char kMend[] = "--mat takes imdb.mat or wiki.mat as IMDB-WIKI has them";

  const matvar_t* find(const char* name) const {
    return Mat_VarGetStructFieldByName(variable_.get(), name, 0);
  }

  Error missing(const char* name) const {
    return {path_, fmt::format("{} has no field '{}'", name_, name), kMend};
  }

  void check_count(const char* name, std::size_t count) const {
    if (count == count_) return;
    throw Error(path_,
                fmt::format("{0}.{1} has {2} values, and {0}.full_path has {3}", name_, name, count,
                            count_),
                kMend);
  }

  fs::path path_;
  std::string name_;
  MatVariable variable_;
  std::size_t count_ = 0;
};

Table open_table(const fs::path& path, std::string& name) {
  const MatFile file = open_mat(path);
  for (const char* known : {"imdb", "wiki"}) {
    if (MatVariable variable{Mat_VarRead(file.get(), known)}) {
      name = known;
      return {path, known, std::move(variable)};
    }
  }
  throw Error(path, "holds neither a struct 'imdb' nor 'wiki', or is cut short",
              "--mat takes imdb.mat or wiki.mat as IMDB-WIKI has them");
}

}  // namespace

ImdbTable read_imdb_mat(const fs::path& path) {
  ImdbTable table;
  Table source = open_table(path, table.name);
  std::vector<std::string> paths = source.paths();
  std::vector<std::string> names = source.optional_texts("name");
  const std::vector<double> dob = source.numbers("dob");
  const std::vector<double> photo_taken = source.numbers("photo_taken");
  const std::vector<double> gender = source.numbers("gender");
  const std::vector<double> face_score = source.numbers("face_score");
  const std::vector<double> second_face_score = source.numbers("second_face_score");
  const std::vector<double> celeb_id = source.optional_numbers("celeb_id");
  table.rows.reserve(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    table.rows.push_back({std::move(paths[i]), dob[i], photo_taken[i], gender[i], face_score[i],
                          second_face_score[i], celeb_id[i], std::move(names[i])});
  }
  return table;
}

}  // namespace ag::dataprep
