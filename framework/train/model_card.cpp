#include "framework/train/model_card.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "framework/config/describe.h"
#include "framework/core/age_bands.h"
#include "framework/core/text.h"
#include "framework/core/version.h"

namespace ag::train {
namespace {

constexpr double kPercent = 100;
constexpr std::array<const char*, nn::kGenders> kGenderNames = {"female", "male"};
// Below this many pictures a group's figures say little.
constexpr double kFewPictures = 30;

constexpr const char* kUse = R"(
## What it is for

Telling the apparent age and gender of a face that fills the picture, as a statistic over many people or as a hint that the
person can see and correct.

## What it must not be used for

- **Identifying people**, or telling whether two pictures show the same person. It was not trained for that and says nothing about it.
- **Decisions about a person**: access, employment, credit, insurance, policing, border control, medical findings, proof of age. A
  single answer is often years off, as the tables above show, and more so for some people than for others.
- Inferring gender identity. It was taught two labels, female and male, that others gave to pictures; how people see
  themselves is not in a picture.
- Watching people who haven't agreed to it. Where biometric data is protected by law, that law applies to its use.

## What to keep in mind

- Its errors follow its data: groups with few pictures above, and people, cameras, poses and light that the data lacks, are told
  worse. Measure on your own pictures before you rely on it.
- Pictures must be cut around the face as the training pictures were.
)";

// What a group's sums say, as the cells of a table's row.
std::string group_cells(const std::array<double, nn::GroupSums::kSize>& sums) {
  const double count = sums[nn::GroupSums::kCount];
  if (count == 0) return "0 | | |";
  return fmt::format(
      "{}{} | {:.2f} | {:+.2f} | {}", with_thousands(static_cast<std::int64_t>(count)),
      count < kFewPictures ? " (few)" : "", sums[nn::GroupSums::kAgeError] / count,
      sums[nn::GroupSums::kAgeBias] / count, percent(sums[nn::GroupSums::kGenderRight] / count));
}

using GroupRow = std::array<double, nn::GroupSums::kSize>;

GroupRow row_of(const nn::GroupSums& groups, std::size_t gender, std::size_t band) {
  GroupRow row{};
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = groups.at(gender, band, static_cast<nn::GroupSums::Index>(i));
  return row;
}

void add(GroupRow& to, const GroupRow& row) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += row[i];
}

std::string groups_table(const nn::GroupSums& groups) {
  std::string text =
      "| gender | age | pictures | mean age error, years | mean of told minus true age, years | "
      "gender right |\n| --- | --- | ---: | ---: | ---: | ---: |\n";
  const AgeBands bands = group_bands();
  GroupRow all{};
  for (std::size_t gender = 0; gender < kGenderNames.size(); ++gender) {
    GroupRow of_gender{};
    for (std::size_t band = 0; band < nn::GroupSums::kBands; ++band) {
      const GroupRow row = row_of(groups, gender, band);
      add(of_gender, row);
      text += fmt::format("| {} | {} | {} |\n", kGenderNames[gender], bands.name(band),
                          group_cells(row));
    }
    add(all, of_gender);
    text += fmt::format("| **{}** | all | {} |\n", kGenderNames[gender], group_cells(of_gender));
  }
  for (std::size_t band = 0; band < nn::GroupSums::kBands; ++band) {
    GroupRow of_band = row_of(groups, 0, band);
    add(of_band, row_of(groups, 1, band));
    text += fmt::format("| both | {} | {} |\n", bands.name(band), group_cells(of_band));
  }
  return text + fmt::format("| **both** | **all** | {} |\n", group_cells(all));
}

std::string metrics_lines(const EpochMetrics& metrics) {
  struct Line {
    const char* name;
    const char* text;
    bool share;
  };
  constexpr std::array<Line, 5> kLines = {
      {{"val/age_mae", "mean age error, years", false},
       {"val/age_cs5", "within five years", true},
       {"val/gender_accuracy", "gender right", true},
       {"val/guess_age_mae", "mean age error of always guessing the training pictures' median age",
        false},
       {"val/guess_gender_accuracy", "gender right of always guessing the more frequent one",
        true}}};
  std::string text;
  for (const Line& line : kLines) {
    const std::optional<double> value = metrics.find(line.name);
    if (!value) continue;
    text += fmt::format("- {}: {}\n", line.text,
                        line.share ? percent(*value) : fmt::format("{:.2f}", *value));
  }
  return text;
}

std::string option_of(const data::DatasetInfo& dataset, const std::string& key) {
  for (const auto& [name, value] : dataset.options) {
    if (name == key) return value;
  }
  return "";
}

std::string data_section(const data::DatasetInfo& dataset) {
  const std::string split = option_of(dataset, "split");
  const std::string how = split == "person"  ? "all pictures of a person on one side"
                          : split == "image" ? "each picture by itself, so that a person may stand "
                                               "on both sides and these figures flatter"
                                             : "not told";
  return fmt::format(
      "## Data\n\n- name: {} (content {})\n- made of: {}\n- licence: {}\n"
      "- pictures: {} to train, {} to validate, {} held back for a test\n- split: {}\n- cut: {}\n",
      dataset.name, dataset.content_hash, dataset.source,
      dataset.licence.value_or("**not told**; find out before you pass the network on"),
      with_thousands(dataset.counts[0]), with_thousands(dataset.counts[1]),
      with_thousands(dataset.counts[2]), how,
      dataset.margin
          ? fmt::format("the face's box and {:.0f}% of it on each side", *dataset.margin * kPercent)
          : "not told");
}

}  // namespace

std::string model_card(const ModelCardFacts& facts) {
  Experiment experiment = facts.experiment;
  std::string text = fmt::format("# {}, run {}\n\n", experiment.name, facts.run_id);
  text += fmt::format(
      "{}, {} parameters, {:.1f} M multiplications with additions a picture. Tells age (0 to 100 "
      "years) and gender (female, male) of one face. Made by agtrain {}.\n\n",
      facts.model.name, with_thousands(facts.model.parameters()),
      static_cast<double>(facts.model.macs()) / 1e6, kVersion);
  text += fmt::format(
      "## How well it does\n\nOn the {} validation pictures, after epoch {} (step {}). "
      "The epoch to keep was chosen by these pictures, so others will be told a "
      "little worse.\n\n{}\n{}",
      with_thousands(facts.dataset.counts[1]), facts.metrics.epoch, facts.metrics.step,
      metrics_lines(facts.metrics), groups_table(facts.groups));
  text += kUse;
  text += fmt::format("\n{}\n## Training\n\n```yaml\n{}```\n", data_section(facts.dataset),
                      config::to_yaml(config::visit_of(experiment)));
  return text;
}

}  // namespace ag::train
