#include "dataprep/sample/album.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "dataprep/imdb_rules.h"
#include "dataprep/sample/face.h"
#include "dataprep/sample/mat_writer.h"
#include "framework/core/atomic_file.h"
#include "tests/support/temporary_folder.h"

namespace ag::dataprep {
namespace {

TEST(Datenum, counts_days_as_matlab_does_and_cleaning_reads_it_back) {
  EXPECT_EQ(datenum_of(1970, 1, 1), 719'529);
  EXPECT_EQ(datenum_of(2000, 1, 1), 730'486);
  for (int year = 1880; year < 2016; ++year) {
    for (int month = 1; month <= 12; ++month) {
      const auto birth = birth_month(datenum_of(year, month, 28));
      ASSERT_TRUE(birth);
      EXPECT_EQ(birth->year, year);
      EXPECT_EQ(birth->month, month);
    }
  }
}

TEST(Album, has_one_to_thirty_pictures_a_person_and_every_age_and_both_genders) {
  const Album album = make_album(3000, 9);
  ASSERT_EQ(album.pictures.size(), 3000u);
  std::map<std::uint32_t, int> of_person;
  std::set<int> ages;
  int male = 0;
  for (const AlbumPicture& picture : album.pictures) {
    ++of_person[picture.person];
    const SourceRow cleaned = clean(picture.row, {});
    if (cleaned.defect) continue;
    ages.insert(cleaned.age);
    male += cleaned.gender;
    // What is drawn is what the label says.
    EXPECT_EQ(static_cast<int>(picture.age), cleaned.age);
    EXPECT_EQ(album.persons[picture.person].male, cleaned.gender == 1);
  }
  const auto most =
      std::max_element(of_person.begin(), of_person.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  EXPECT_GT(most->second, 15);
  EXPECT_LE(most->second, 30);
  EXPECT_GE(ages.size(), 85u);
  EXPECT_NEAR(male, 1440, 300);
}

TEST(Album, has_defects_of_every_kind_and_cleaning_finds_each) {
  const std::map<Defect, std::optional<Reason>> expected = {
      {Defect::kNone, std::nullopt},
      {Defect::kNoFace, Reason::kNoFace},
      {Defect::kLowFaceScore, Reason::kLowFaceScore},
      {Defect::kSecondFace, Reason::kSecondFace},
      {Defect::kGenderUnknown, Reason::kGenderUnknown},
      {Defect::kNoBirthDate, Reason::kBirthDateImpossible},
      {Defect::kBornAfterPhoto, Reason::kAgeOutOfRange},
      {Defect::kTooOld, Reason::kAgeOutOfRange},
      {Defect::kFileMissing, std::nullopt},  // these three are seen in the file alone
      {Defect::kFileEmpty, std::nullopt},
      {Defect::kFileCut, std::nullopt}};
  std::map<Defect, int> counts;
  for (const AlbumPicture& picture : make_album(1000, 4).pictures) {
    EXPECT_EQ(clean(picture.row, {}).defect, expected.at(picture.defect));
    ++counts[picture.defect];
  }
  for (const auto& [defect, reason] : expected) {
    EXPECT_EQ(counts[defect], defect == Defect::kNone ? 960 : 4) << static_cast<int>(defect);
  }
}

TEST(Album, is_the_same_for_a_seed_and_another_for_another) {
  const Album a = make_album(50, 1);
  const Album b = make_album(50, 1);
  const Album c = make_album(50, 2);
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(a.pictures[i].row.full_path, b.pictures[i].row.full_path);
  }
  EXPECT_NE(a.pictures[0].row.full_path, c.pictures[0].row.full_path);
}

TEST(Album, comes_back_from_its_mat_file) {
  const test::TemporaryFolder folder;
  const Album album = make_album(120, 7);
  write_imdb_mat(folder / "imdb.mat", album, 96);
  const ImdbTable table = read_imdb_mat(folder / "imdb.mat");
  ASSERT_EQ(table.rows.size(), 120u);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const ImdbRow& written = album.pictures[i].row;
    const ImdbRow& read = table.rows[i];
    EXPECT_EQ(read.full_path, written.full_path);
    EXPECT_EQ(read.name, written.name);
    EXPECT_EQ(read.dob, written.dob);
    EXPECT_EQ(read.photo_taken, written.photo_taken);
    EXPECT_EQ(read.celeb_id, written.celeb_id);
    EXPECT_EQ(std::isnan(read.gender), std::isnan(written.gender));
    EXPECT_EQ(read.face_score, written.face_score);
  }
  write_imdb_mat(folder / "again.mat", album, 96);
  EXPECT_EQ(read_file(folder / "imdb.mat"), read_file(folder / "again.mat"));
}

// Mean absolute difference of two pictures, in levels.
double difference(const data::Picture& a, const data::Picture& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

TEST(Face, changes_with_age_alone_when_all_else_is_the_same) {
  const RandomKey key = picture_key(1, 0);
  const Person person = draw_person({.seed = 1, .sample = 3, .purpose = Purpose::kSample});
  const data::Picture at_5 = paint(draw_face(person, 5, key), 96);
  const data::Picture at_5_again = paint(draw_face(person, 5, key), 96);
  const data::Picture at_40 = paint(draw_face(person, 40, key), 96);
  const data::Picture at_85 = paint(draw_face(person, 85, key), 96);
  EXPECT_EQ(difference(at_5, at_5_again), 0);
  EXPECT_GT(difference(at_5, at_40), 3);
  EXPECT_GT(difference(at_40, at_85), 3);
}

TEST(Face, keeps_whats_the_persons_own_over_the_years) {
  const Person person = draw_person({.seed = 1, .sample = 3, .purpose = Purpose::kSample});
  const Face young = draw_face(person, 25, picture_key(1, 0));
  const Face later = draw_face(person, 45, picture_key(1, 1));
  EXPECT_EQ(young.iris.red, later.iris.red);
  EXPECT_EQ(young.eye_x, later.eye_x);
  EXPECT_NEAR(young.jaw, later.jaw, 1e-12);
  EXPECT_NE(young.yaw, later.yaw);
}

}  // namespace
}  // namespace ag::dataprep
