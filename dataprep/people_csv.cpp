#include "dataprep/people_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "dataprep/csv_file.h"
#include "framework/core/error.h"
#include "framework/core/text.h"

namespace ag::dataprep {
namespace {

constexpr char kHeaderHelp[] =
    "the first line names the columns path, age, gender and, if you like, identity and split, with "
    "commas between them";

std::string_view trimmed(std::string_view text) {
  constexpr char kBlanks[] = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

// Without blanks around it, ASCII letters in lower case.
std::string plain_word(std::string_view text) {
  std::string word(trimmed(text));
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return word;
}

std::optional<int> gender_of(std::string_view text) {
  const std::string word = plain_word(text);
  if (word == "0" || word == "f" || word == "female") return 0;
  if (word == "1" || word == "m" || word == "male") return 1;
  return std::nullopt;
}

std::optional<data::Split> split_of(std::string_view text) {
  const std::string word = plain_word(text);
  if (word == "train") return data::Split::kTrain;
  if (word == "val" || word == "validation") return data::Split::kValidation;
  if (word == "test") return data::Split::kTest;
  return std::nullopt;
}

// Where in a record each column stands.
struct Header {
  std::size_t columns = 0;
  std::size_t path = 0;
  std::size_t age = 0;
  std::size_t gender = 0;
  std::optional<std::size_t> identity;
  std::optional<std::size_t> split;
};

Header read_header(CsvReader& reader, const std::filesystem::path& path) {
  CsvRecord record;
  if (!reader.next(record)) throw usage_error(path, "is empty", kHeaderHelp);
  std::vector<std::string> names;
  for (const std::string& field : record.fields) names.push_back(plain_word(field));
  const std::string where = fmt::format("{}:{}", path.string(), record.line);
  const auto find = [&](const char* name) -> std::optional<std::size_t> {
    const auto found = std::find(names.begin(), names.end(), name);
    if (std::count(names.begin(), names.end(), name) > 1) {
      throw usage_error(where, fmt::format("has two columns '{}'", name), kHeaderHelp);
    }
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
  };
  const auto require = [&](const char* name) {
    const std::optional<std::size_t> found = find(name);
    if (found) return *found;
    throw usage_error(where,
                      fmt::format("has no column '{}', only '{}'", name, fmt::join(names, "', '")),
                      kHeaderHelp);
  };
  return {names.size(),      require("path"),  require("age"),
          require("gender"), find("identity"), find("split")};
}

SourceRow clean(const CsvRecord& record, const Header& header, const PeopleRules& rules) {
  SourceRow row{.position = record.line};
  if (record.fields.size() > header.path) row.path = record.fields[header.path];
  if (record.broken || record.fields.size() != header.columns || row.path.empty()) {
    row.defect = Reason::kMalformed;
    return row;
  }
  const std::optional<double> age = finite_number_of(trimmed(record.fields[header.age]));
  const std::optional<int> gender = gender_of(record.fields[header.gender]);
  if (header.split) row.split = split_of(record.fields[*header.split]);
  if (!age || (header.split && !row.split)) {
    row.defect = Reason::kMalformed;
  } else if (!gender) {
    row.defect = Reason::kGenderUnknown;
  } else if (std::floor(*age) < rules.min_age || std::floor(*age) > rules.max_age) {
    row.defect = Reason::kAgeOutOfRange;
  } else {
    row.age = static_cast<int>(*age);
    row.gender = *gender;
    if (header.identity) row.person = trimmed(record.fields[*header.identity]);
  }
  return row;
}

}  // namespace

Source read_people_csv(const std::filesystem::path& path, const PeopleRules& rules) {
  if (!std::filesystem::is_regular_file(path)) {
    throw usage_error(path, "isn't a file", "check the path of the CSV file");
  }
  CsvReader reader(path);
  const Header header = read_header(reader, path);
  Source source{.name = path.stem(),
                .file = path,
                .reasons = {Reason::kMalformed, Reason::kGenderUnknown, Reason::kAgeOutOfRange}};
  for (CsvRecord record; reader.next(record);) {
    source.rows.push_back(clean(record, header, rules));
  }
  return source;
}

}  // namespace ag::dataprep
