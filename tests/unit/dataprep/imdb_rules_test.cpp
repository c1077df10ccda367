#include "dataprep/imdb_rules.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace ag::dataprep {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// datenum 719529 is 1970-01-01 (MATLAB's documentation of datenum); the others follow by counting
// days.
constexpr double kNewYear1970 = 719'529;
constexpr double kMidYear1970 = kNewYear1970 + 31 + 28 + 31 + 30 + 31 + 30;  // 1970-07-01

ImdbRow good_row() {
  return {.full_path = "01/nm0000001_rm124825600_1970-1-1_2000.jpg",
          .dob = kNewYear1970,
          .photo_taken = 2000,
          .gender = 1,
          .face_score = 4.5,
          .second_face_score = kNan,
          .celeb_id = 1,
          .name = "Fred Astaire"};
}

TEST(BirthMonth, follows_published_datenums) {
  struct Case {
    double datenum;
    int year, month;
  };
  // 2000 is 30 years and 7 leap days after 1970. Python's date.fromordinal(730000 - 366) is
  // 1998-09-02, and its ordinal 1 is 0001-01-01.
  static_assert(719'529 + 30 * 365 + 7 == 730'486);
  for (const Case& c : std::vector<Case>{{kNewYear1970, 1970, 1},
                                         {kNewYear1970 - 1, 1969, 12},
                                         {kMidYear1970 - 1, 1970, 6},
                                         {kMidYear1970, 1970, 7},
                                         {730'000, 1998, 9},
                                         {730'486, 2000, 1},
                                         {730'485, 1999, 12},
                                         {367, 1, 1},
                                         {367 + 31, 1, 2}}) {
    const auto birth = birth_month(c.datenum);
    ASSERT_TRUE(birth) << c.datenum;
    EXPECT_EQ(birth->year, c.year) << c.datenum;
    EXPECT_EQ(birth->month, c.month) << c.datenum;
  }
}

TEST(BirthMonth, drops_the_time_of_day) {
  EXPECT_EQ(birth_month(kMidYear1970 - 0.001)->month, 6);
  EXPECT_EQ(birth_month(kMidYear1970 + 0.999)->month, 7);
}

TEST(BirthMonth, knows_leap_years_of_centuries) {
  // 2000 has a February 29th, 1900 hasn't: 60 days after New Year it is February 29th and March
  // 1st.
  EXPECT_EQ(birth_month(730'486 + 59)->month, 2);
  const double new_year_1900 = kNewYear1970 - (70 * 365 + 17);  // 17 leap days from 1904 to 1968
  EXPECT_EQ(birth_month(new_year_1900)->year, 1900);
  EXPECT_EQ(birth_month(new_year_1900 - 1)->year, 1899);
  EXPECT_EQ(birth_month(new_year_1900 + 59)->month, 3);
}

TEST(BirthMonth, is_nothing_for_what_is_no_day) {
  for (const double datenum : {0.0, 1.0, 366.0, 366.999, -5.0, kNan, kInfinity, -kInfinity, 1e18}) {
    EXPECT_FALSE(birth_month(datenum)) << datenum;
  }
}

TEST(AgeIn, counts_one_less_for_who_was_born_in_july_or_later) {
  for (int month = 1; month <= 12; ++month) {
    EXPECT_EQ(age_in(2000, {1970, month}), month < 7 ? 30 : 29) << month;
  }
  EXPECT_EQ(age_in(1970, {1970, 7}), -1);
}

struct RowCase {
  const char* what;
  void (*change)(ImdbRow&);
  std::optional<Reason> reason;
};

TEST(Clean, counts_a_row_under_the_rule_that_it_breaks) {
  const std::vector<RowCase> cases = {
      {"good", [](ImdbRow&) {}, std::nullopt},
      {"no face", [](ImdbRow& r) { r.face_score = -kInfinity; }, Reason::kNoFace},
      {"score at the bound", [](ImdbRow& r) { r.face_score = 3; }, Reason::kLowFaceScore},
      {"score over it", [](ImdbRow& r) { r.face_score = 3.0001; }, std::nullopt},
      {"score unknown", [](ImdbRow& r) { r.face_score = kNan; }, Reason::kLowFaceScore},
      {"second face", [](ImdbRow& r) { r.second_face_score = 1.5; }, Reason::kSecondFace},
      {"gender NaN", [](ImdbRow& r) { r.gender = kNan; }, Reason::kGenderUnknown},
      {"gender 2", [](ImdbRow& r) { r.gender = 2; }, Reason::kGenderUnknown},
      {"female", [](ImdbRow& r) { r.gender = 0; }, std::nullopt},
      {"dob 0", [](ImdbRow& r) { r.dob = 0; }, Reason::kBirthDateImpossible},
      {"dob NaN", [](ImdbRow& r) { r.dob = kNan; }, Reason::kBirthDateImpossible},
      {"dob 366", [](ImdbRow& r) { r.dob = 366; }, Reason::kBirthDateImpossible},
      {"born in the year 1", [](ImdbRow& r) { r.dob = 367; }, Reason::kAgeOutOfRange},
      {"born after the photo", [](ImdbRow& r) { r.photo_taken = 1969; }, Reason::kAgeOutOfRange},
      {"newborn", [](ImdbRow& r) { r.photo_taken = 1970; }, std::nullopt},
      {"100", [](ImdbRow& r) { r.photo_taken = 2070; }, std::nullopt},
      {"101", [](ImdbRow& r) { r.photo_taken = 2071; }, Reason::kAgeOutOfRange},
      {"year unknown", [](ImdbRow& r) { r.photo_taken = kNan; }, Reason::kAgeOutOfRange},
  };
  for (const RowCase& c : cases) {
    ImdbRow row = good_row();
    c.change(row);
    EXPECT_EQ(clean(row, {}).defect, c.reason) << c.what;
  }
}

TEST(Clean, counts_a_row_of_many_defects_under_the_first) {
  ImdbRow row = good_row();
  row.photo_taken = 1900;
  EXPECT_EQ(clean(row, {}).defect, Reason::kAgeOutOfRange);
  row.dob = 0;
  EXPECT_EQ(clean(row, {}).defect, Reason::kBirthDateImpossible);
  row.gender = kNan;
  EXPECT_EQ(clean(row, {}).defect, Reason::kGenderUnknown);
  row.second_face_score = 2;
  EXPECT_EQ(clean(row, {}).defect, Reason::kSecondFace);
  row.face_score = 1;
  EXPECT_EQ(clean(row, {}).defect, Reason::kLowFaceScore);
  row.face_score = -kInfinity;
  EXPECT_EQ(clean(row, {}).defect, Reason::kNoFace);
}

TEST(Clean, gives_age_and_gender_of_a_good_row) {
  ImdbRow row = good_row();
  EXPECT_EQ(clean(row, {}).age, 30);
  EXPECT_EQ(clean(row, {}).gender, 1);
  row.dob = kMidYear1970;
  row.gender = 0;
  EXPECT_EQ(clean(row, {}).age, 29);
  EXPECT_EQ(clean(row, {}).gender, 0);
}

TEST(Clean, goes_by_the_rules_that_it_is_given) {
  ImdbRow row = good_row();
  row.second_face_score = 2;
  EXPECT_EQ(clean(row, {.allow_second_face = true}).defect, std::nullopt);
  row = good_row();
  EXPECT_EQ(clean(row, {.min_face_score = 5}).defect, Reason::kLowFaceScore);
  EXPECT_EQ(clean(row, {.min_age = 30, .max_age = 30}).defect, std::nullopt);
  EXPECT_EQ(clean(row, {.min_age = 31}).defect, Reason::kAgeOutOfRange);
  EXPECT_EQ(clean(row, {.max_age = 29}).defect, Reason::kAgeOutOfRange);
}

TEST(PersonOf, is_the_celebrity_else_the_paths_id_else_the_name) {
  ImdbRow row = good_row();
  row.celeb_id = 77;
  const std::string celebrity = person_of(row);
  row.full_path = "02/nm0000002_rm1_1950-1-1_1990.jpg";
  row.name = "Else";
  EXPECT_EQ(person_of(row), celebrity);
  row.celeb_id = kNan;
  const std::string imdb_id = person_of(row);
  EXPECT_NE(imdb_id, celebrity);
  row.full_path = "99/nm0000002_rm2_1950-1-1_1999.jpg";
  row.name = "Other";
  EXPECT_EQ(person_of(row), imdb_id);
  row.full_path = "17/10000217_1981-05-05_2009.jpg";
  const std::string wiki_id = person_of(row);
  row.full_path = "18/10000217_1981-05-05_2010.jpg";
  EXPECT_EQ(person_of(row), wiki_id);
  row.full_path = "a/photo_of_somebody.jpg";
  const std::string name = person_of(row);
  row.full_path = "b/another.jpg";
  EXPECT_EQ(person_of(row), name);
  row.name = "Another";
  EXPECT_NE(person_of(row), name);
  row.name = "";
  EXPECT_EQ(person_of(row), "");
}

TEST(PersonOf, a_celebrity_named_like_an_id_is_somebody_else) {
  ImdbRow by_number = good_row();
  by_number.celeb_id = 5;
  ImdbRow by_path = good_row();
  by_path.celeb_id = kNan;
  by_path.full_path = "05/5_1970-1-1_2000.jpg";
  EXPECT_NE(person_of(by_number), person_of(by_path));
}

}  // namespace
}  // namespace ag::dataprep
