#include "dataprep/imdb_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string_view>

namespace ag::dataprep {
namespace {

constexpr double kFirstDatenum = 367;       // 0001-01-01
constexpr double kLastDatenum = 3'652'425;  // 9999-12-31
constexpr int kUnixDatenum = 719'529;       // 1970-01-01
constexpr int kJuly = 7;

std::optional<int> year_of(double photo_taken) {
  if (!(photo_taken >= 1 && photo_taken <= 9999)) return std::nullopt;
  return static_cast<int>(photo_taken);
}

std::optional<Reason> face_defect(const ImdbRow& row, const ImdbRules& rules) {
  if (row.face_score == -std::numeric_limits<double>::infinity()) return Reason::kNoFace;
  if (!(row.face_score > rules.min_face_score)) return Reason::kLowFaceScore;
  if (!std::isnan(row.second_face_score) && !rules.allow_second_face) return Reason::kSecondFace;
  return std::nullopt;
}

// "nm0000001" of "01/nm0000001_rm124825600_1899-5-9_1968.jpg", "10000217" of
// "17/10000217_1981-05-05_2009.jpg": digits up to the first underscore, perhaps after "nm". "" of
// other names.
std::string_view id_in_path(std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  const std::string_view id = file.substr(0, file.find('_'));
  if (id.size() == file.size()) return {};
  const std::string_view digits = id.starts_with("nm") ? id.substr(2) : id;
  const bool numeric = !digits.empty() && std::all_of(digits.begin(), digits.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  return numeric ? id : std::string_view();
}

}  // namespace

std::optional<BirthMonth> birth_month(double datenum) {
  if (!(datenum >= kFirstDatenum && datenum < kLastDatenum + 1)) return std::nullopt;
  const int days = static_cast<int>(datenum) - kUnixDatenum;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return BirthMonth{static_cast<int>(date.year()),
                    static_cast<int>(static_cast<unsigned>(date.month()))};
}

int age_in(int year, const BirthMonth& birth) {
  return year - birth.year - (birth.month >= kJuly ? 1 : 0);
}

SourceRow clean(const ImdbRow& row, const ImdbRules& rules) {
  SourceRow cleaned{.path = row.full_path, .person = person_of(row)};
  cleaned.defect = face_defect(row, rules);
  if (cleaned.defect) return cleaned;
  if (row.gender != 0 && row.gender != 1) {
    cleaned.defect = Reason::kGenderUnknown;
    return cleaned;
  }
  cleaned.gender = static_cast<int>(row.gender);
  const std::optional<BirthMonth> birth = birth_month(row.dob);
  if (!birth) {
    cleaned.defect = Reason::kBirthDateImpossible;
    return cleaned;
  }
  const std::optional<int> year = year_of(row.photo_taken);
  const int age = year ? age_in(*year, *birth) : -1;
  if (age < rules.min_age || age > rules.max_age) {
    cleaned.defect = Reason::kAgeOutOfRange;
    return cleaned;
  }
  cleaned.age = age;
  return cleaned;
}

std::string person_of(const ImdbRow& row) {
  if (row.celeb_id > 0 && std::isfinite(row.celeb_id)) return fmt::format("celeb {}", row.celeb_id);
  const std::string_view id = id_in_path(row.full_path);
  if (!id.empty()) return fmt::format("id {}", id);
  return row.name.empty() ? "" : "name " + row.name;
}

}  // namespace ag::dataprep
