#include "dataprep/sample/album.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "dataprep/imdb_rules.h"
#include "framework/data/permutation.h"

namespace ag::dataprep {
namespace {

constexpr std::uint32_t kRowsADefect = 25;
constexpr double kMostPictures = 30;  // of one person
constexpr int kLastYear = 2015;
constexpr int kOldest = 95;  // years, on any picture
constexpr std::uint32_t kFolders = 100;

// Streams of one seed; paint() uses the one after kLooks.
enum Stream : std::uint32_t { kBuild = 0, kLife = 1, kLooks = 2, kRow = 4 };

RandomKey key_of(std::uint64_t seed, Stream stream, std::uint32_t number) {
  return {.seed = seed, .epoch = stream, .sample = number, .purpose = Purpose::kSample};
}

struct Life {
  int year = 0;  // of birth
  int month = 0;
  int day = 0;
  int first_photo = 0;  // year
  int photo_years = 1;  // that pictures are spread over
  std::uint32_t pictures = 1;
};

// Ages of film people: most are grown up; children and the old are there too.
int first_age(RandomStream& random) {
  const double which = random.uniform();
  if (which < 0.2) return static_cast<int>(random.uniform(0, 16));
  if (which < 0.8) return static_cast<int>(std::clamp(36 + 14 * random.normal(), 1.0, 90.0));
  return static_cast<int>(random.uniform(50, 92));
}

Life draw_life(std::uint64_t seed, std::uint32_t person) {
  RandomStream random(key_of(seed, kLife, person));
  Life life;
  const int age = first_age(random);
  life.photo_years = 1 + std::min(static_cast<int>(random.below(25)), kOldest - age);
  life.first_photo = kLastYear - static_cast<int>(random.below(15)) - life.photo_years;
  life.month = 1 + static_cast<int>(random.below(12));
  life.day = 1 + static_cast<int>(random.below(28));
  life.year = life.first_photo - age - (life.month >= 7 ? 1 : 0);
  life.pictures = 1 + static_cast<std::uint32_t>(kMostPictures * std::pow(random.uniform(), 6));
  return life;
}

Defect defect_of(std::uint32_t number, std::uint32_t count, std::uint64_t seed) {
  const std::uint32_t place = data::permute(seed, 0, number, count);
  if (place % kRowsADefect != 0) return Defect::kNone;
  return static_cast<Defect>(1 + place / kRowsADefect % kDefects);
}

void spoil(ImdbRow& row, Defect defect, RandomStream& random) {
  switch (defect) {
    case Defect::kNoFace:
      row.face_score = -std::numeric_limits<double>::infinity();
      break;
    case Defect::kLowFaceScore:
      row.face_score = random.uniform(0.4, 2.9);
      break;
    case Defect::kSecondFace:
      row.second_face_score = random.uniform(1, 4);
      break;
    case Defect::kGenderUnknown:
      row.gender = ImdbRow::kUnknown;
      break;
    case Defect::kNoBirthDate:
      row.dob = 0;
      break;
    case Defect::kBornAfterPhoto:
      row.dob = datenum_of(static_cast<int>(row.photo_taken) + 3, 5, 5);
      break;
    case Defect::kTooOld:
      row.dob = datenum_of(static_cast<int>(row.photo_taken) - 110, 5, 5);
      break;
    case Defect::kNone:
    case Defect::kFileMissing:
    case Defect::kFileEmpty:
    case Defect::kFileCut:
      break;
  }
}

AlbumPicture draw_picture(const Life& life, bool male, std::uint32_t person, std::uint32_t number,
                          Defect defect, std::uint64_t seed) {
  RandomStream random(key_of(seed, kRow, number));
  const int year = life.first_photo +
                   static_cast<int>(random.below(static_cast<std::uint32_t>(life.photo_years)));
  const std::uint32_t id = person + 1;
  AlbumPicture picture{.person = person, .defect = defect};
  picture.age = age_in(year, {life.year, life.month}) + random.uniform();
  picture.row = {
      .full_path = fmt::format("{:02}/nm{:07}_rm{}_{}-{}-{}_{}.jpg", id % kFolders, id,
                               1'000'000'000u + number, life.year, life.month, life.day, year),
      .dob = datenum_of(life.year, life.month, life.day),
      .photo_taken = static_cast<double>(year),
      .gender = male ? 1.0 : 0.0,
      .face_score = std::clamp(3.2 + 1.3 * std::abs(random.normal()), 3.2, 7.5),
      .celeb_id = static_cast<double>(id),
      .name = fmt::format("Person {:04}", id)};
  spoil(picture.row, defect, random);
  return picture;
}

}  // namespace

double datenum_of(int year, int month, int day) {
  constexpr int kUnixDatenum = 719'529;  // 1970-01-01
  const std::chrono::sys_days days{std::chrono::year(year) / month / day};
  return kUnixDatenum + static_cast<double>(days.time_since_epoch().count());
}

RandomKey picture_key(std::uint64_t seed, std::uint32_t number) {
  return key_of(seed, kLooks, number);
}

Album make_album(std::uint32_t count, std::uint64_t seed) {
  Album album;
  album.pictures.reserve(count);
  while (album.pictures.size() < count) {
    const auto person = static_cast<std::uint32_t>(album.persons.size());
    album.persons.push_back(draw_person(key_of(seed, kBuild, person)));
    album.names.push_back(fmt::format("Person {:04}", person + 1));
    const Life life = draw_life(seed, person);
    for (std::uint32_t i = 0; i < life.pictures && album.pictures.size() < count; ++i) {
      const auto number = static_cast<std::uint32_t>(album.pictures.size());
      album.pictures.push_back(draw_picture(life, album.persons[person].male, person, number,
                                            defect_of(number, count, seed), seed));
    }
  }
  return album;
}

}  // namespace ag::dataprep
