#include "dataprep/imdb_mat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <matio.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "dataprep/imdb_rules.h"
#include "dataprep/mat_file.h"
#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_folder.h"

namespace ag::dataprep {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Fields of a struct to write, by name.
using Fields = std::map<std::string, std::function<matvar_t*()>>;

template <class T>
std::function<matvar_t*()> numbers(std::vector<T> values, matio_classes kind, matio_types type) {
  return [values, kind, type]() mutable {
    std::array<std::size_t, 2> shape = {1, values.size()};
    return Mat_VarCreate(nullptr, kind, type, 2, shape.data(), values.data(), 0);
  };
}

std::function<matvar_t*()> doubles(const std::vector<double>& values) {
  return numbers(values, MAT_C_DOUBLE, MAT_T_DOUBLE);
}

template <class Char>
matvar_t* text(std::basic_string<Char> value, matio_types type) {
  std::array<std::size_t, 2> shape = {1, value.size()};
  return Mat_VarCreate(nullptr, MAT_C_CHAR, type, 2, shape.data(), value.data(), 0);
}

std::function<matvar_t*()> cells(std::vector<std::function<matvar_t*()>> contents) {
  return [contents = std::move(contents)]() {
    std::vector<matvar_t*> made;
    for (const auto& cell : contents) made.push_back(cell());
    std::array<std::size_t, 2> shape = {1, made.size()};
    return Mat_VarCreate(nullptr, MAT_C_CELL, MAT_T_CELL, 2, shape.data(), made.data(), 0);
  };
}

std::function<matvar_t*()> utf8(const std::string& value) {
  return [value] { return text(value, MAT_T_UTF8); };
}

std::function<matvar_t*()> utf16(const std::u16string& value) {
  return [value] { return text(value, MAT_T_UTF16); };
}

Fields good_fields() {
  return {{"dob", numbers<std::int32_t>({700'000, 710'000}, MAT_C_INT32, MAT_T_INT32)},
          {"photo_taken", numbers<std::uint16_t>({1999, 2005}, MAT_C_UINT16, MAT_T_UINT16)},
          {"full_path", cells({utf8("a.jpg"), utf8("b.jpg")})},
          {"gender", doubles({0, NAN})},
          {"face_score", doubles({-INFINITY, 4})},
          {"second_face_score", numbers<float>({NAN, 2.5f}, MAT_C_SINGLE, MAT_T_SINGLE)}};
}

void write_mat(const fs::path& path, const std::string& name, const Fields& fields) {
  const MatFile file(Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT5));
  std::vector<const char*> names;
  for (const auto& [field, value] : fields) names.push_back(field.c_str());
  std::array<std::size_t, 2> shape = {1, 1};
  const MatVariable table(Mat_VarCreateStruct(name.c_str(), 2, shape.data(), names.data(),
                                              static_cast<unsigned>(names.size())));
  for (const auto& [field, value] : fields) {
    Mat_VarSetStructFieldByName(table.get(), field.c_str(), 0, value());
  }
  ASSERT_EQ(Mat_VarWrite(file.get(), table.get(), MAT_COMPRESSION_ZLIB), 0);
}

class ImdbMat : public ::testing::Test {
 protected:
  std::string complaint(const Fields& fields, const std::string& name = "imdb") {
    write_mat(path_, name, fields);
    return complaint();
  }

  std::string complaint() {
    try {
      read_imdb_mat(path_);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }

  test::TemporaryFolder folder_;
  fs::path path_ = folder_ / "imdb.mat";
};

TEST_F(ImdbMat, numbers_of_any_class_are_read) {
  write_mat(path_, "imdb", good_fields());
  const ImdbTable table = read_imdb_mat(path_);
  EXPECT_EQ(table.name, "imdb");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].dob, 700'000);
  EXPECT_EQ(table.rows[1].photo_taken, 2005);
  EXPECT_TRUE(std::isnan(table.rows[1].gender));
  EXPECT_EQ(table.rows[0].face_score, -INFINITY);
  EXPECT_EQ(table.rows[1].second_face_score, 2.5);
}

TEST_F(ImdbMat, fields_that_wiki_hasnt_are_unknown) {
  write_mat(path_, "wiki", good_fields());
  const ImdbTable table = read_imdb_mat(path_);
  EXPECT_EQ(table.name, "wiki");
  EXPECT_TRUE(std::isnan(table.rows[0].celeb_id));
  EXPECT_EQ(table.rows[0].name, "");
}

TEST_F(ImdbMat, text_is_utf8_whatever_it_was_stored_as) {
  Fields fields = good_fields();
  fields["full_path"] = cells({utf16(u"a.jpg"), utf8("b.jpg")});
  // é, 漢 and U+1D11E (a surrogate pair) by the tables of the Unicode standard.
  fields["name"] = cells({utf16(u"\u00E9\u6F22\U0001D11E"), utf8("plain")});
  write_mat(path_, "imdb", fields);
  const ImdbTable table = read_imdb_mat(path_);
  EXPECT_EQ(table.rows[0].full_path, "a.jpg");
  EXPECT_EQ(table.rows[0].name, "\xC3\xA9\xE6\xBC\xA2\xF0\x9D\x84\x9E");
  EXPECT_EQ(table.rows[1].name, "plain");
}

TEST_F(ImdbMat, a_file_that_isnt_there) {
  EXPECT_THAT(complaint(), HasSubstr("imdb.mat: isn't there"));
}

TEST_F(ImdbMat, a_file_that_isnt_mat) {
  write_file_atomically(path_, std::string(1000, 'x'));
  EXPECT_THAT(complaint(), HasSubstr("isn't a MAT file"));
  write_file_atomically(path_, "");
  EXPECT_THAT(complaint(), HasSubstr("isn't a MAT file"));
}

TEST_F(ImdbMat, another_struct) {
  EXPECT_THAT(complaint(good_fields(), "faces"),
              HasSubstr("holds neither a struct 'imdb' nor 'wiki'"));
}

TEST_F(ImdbMat, a_file_cut_anywhere_is_one_complaint) {
  write_mat(path_, "imdb", good_fields());
  const std::string whole = read_file(path_);
  for (std::size_t kept = 0; kept < whole.size(); ++kept) {
    write_file_atomically(path_, whole.substr(0, kept));
    EXPECT_THAT(complaint(), AllOf(HasSubstr("imdb.mat: "), Not(HasSubstr("\n")))) << kept;
  }
}

TEST_F(ImdbMat, a_field_missing) {
  for (const std::string field :
       {"dob", "photo_taken", "full_path", "gender", "face_score", "second_face_score"}) {
    Fields fields = good_fields();
    fields.erase(field);
    EXPECT_THAT(complaint(fields), HasSubstr("imdb has no field '" + field + "'"));
  }
}

TEST_F(ImdbMat, a_field_of_another_kind) {
  Fields fields = good_fields();
  fields["gender"] = cells({utf8("f"), utf8("m")});
  EXPECT_THAT(complaint(fields), HasSubstr("imdb.gender isn't numeric"));
  fields = good_fields();
  fields["full_path"] = doubles({1, 2});
  EXPECT_THAT(complaint(fields), HasSubstr("imdb.full_path isn't a cell array of text"));
  fields = good_fields();
  fields["full_path"] = cells({utf8("a.jpg"), doubles({1, 2})});
  EXPECT_THAT(complaint(fields), HasSubstr("imdb.full_path isn't a cell array of text"));
}

TEST_F(ImdbMat, fields_of_different_lengths) {
  Fields fields = good_fields();
  fields["gender"] = doubles({0, 1, 1});
  EXPECT_THAT(complaint(fields), HasSubstr("imdb.gender has 3 values, and imdb.full_path has 2"));
}

TEST_F(ImdbMat, a_variable_that_is_no_struct) {
  const MatFile file(Mat_CreateVer(path_.c_str(), nullptr, MAT_FT_MAT5));
  double value = 1;
  std::array<std::size_t, 2> shape = {1, 1};
  const MatVariable number(
      Mat_VarCreate("imdb", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, shape.data(), &value, 0));
  Mat_VarWrite(file.get(), number.get(), MAT_COMPRESSION_NONE);
  EXPECT_THAT(complaint(), HasSubstr("'imdb' isn't one struct"));
}

// Counts of the real WIKI table, found with scipy by masks that say the same rules.
TEST(RealWiki, cleaning_takes_the_rows_that_scipy_counts) {
  const auto path = test::real_data("wiki.mat");
  if (!path) GTEST_SKIP() << test::kNoRealData;
  const ImdbTable table = read_imdb_mat(*path);
  std::map<std::optional<Reason>, int> counts;
  int beyond_latin1 = 0;
  for (const ImdbRow& row : table.rows) {
    ++counts[clean(row, {}).defect];
    beyond_latin1 += row.name.find_first_of("\xC4\xC5\xD0\xD1\xE3\xE4") != std::string::npos;
  }
  EXPECT_EQ(counts[Reason::kNoFace], 18'016);
  EXPECT_EQ(counts[Reason::kLowFaceScore], 19'269);
  EXPECT_EQ(counts[Reason::kSecondFace], 2'447);
  EXPECT_EQ(counts[Reason::kGenderUnknown], 441);
  EXPECT_EQ(counts[Reason::kBirthDateImpossible], 0);
  EXPECT_EQ(counts[Reason::kAgeOutOfRange], 16);
  EXPECT_EQ(counts[std::nullopt], 22'139);
  EXPECT_EQ(table.rows[0].full_path, "17/10000217_1981-05-05_2009.jpg");
  EXPECT_GT(beyond_latin1, 500);  // among the 5,160 names that are stored as UTF-16
}

}  // namespace
}  // namespace ag::dataprep
