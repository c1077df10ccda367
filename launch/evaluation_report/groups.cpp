// The tables by groups.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "framework/core/age_bands.h"
#include "framework/core/text.h"
#include "launch/evaluation_report/sections.h"

namespace ag::evaluation {
namespace {

using report::Align;
using report::Cell;
using report::Row;
using report::Table;
using report::Tone;

constexpr std::size_t kParts = 1 + kGenders;  // all, and those of each gender

std::string whose(std::size_t part) {
  return std::string(part == 0 ? "all" : gender_name(static_cast<int>(part) - 1));
}

std::string signed_years(double years) {
  return fmt::format("{:+.2f}", years);
}

double itself(double value) {
  return value;
}

double negated(double value) {
  return -value;
}

double magnitude(double value) {
  return std::abs(value);
}

// A figure of a group: how to find it, to write it, and to tell which is worse.
struct Figure {
  const char* title;
  std::optional<double> (*of)(const Scores& scores);
  std::string (*text)(double value);
  double (*badness)(double value);  // the worse, the larger
  bool by_gender = true;            // worth comparing side by side
};

std::vector<Figure> figures_of(const Evaluation& evaluation) {
  std::vector<Figure> figures = {
      {"MAE", [](const Scores& of) { return std::optional(of.age_mae); }, years, itself},
      {"bias", [](const Scores& of) { return std::optional(of.age_bias); }, signed_years,
       magnitude},
      {"within 5", [](const Scores& of) { return std::optional(of.age_cs5); }, percent, negated,
       false},
      {"gender right", [](const Scores& of) { return std::optional(of.gender_accuracy); }, percent,
       negated}};
  if (evaluation.all.age_coverage) {
    figures.push_back({"in 80% range", [](const Scores& of) { return of.age_coverage; }, percent,
                       [](double share) { return std::abs(share - kShouldBeCovered); }, false});
  }
  return figures;
}

// The worst of the groups that have pictures enough, where there are two or more to compare.
std::optional<double> worst(const Figure& figure, std::span<const Scores> groups) {
  std::vector<double> all;
  for (const Scores& scores : groups) {
    const std::optional<double> value = figure.of(scores);
    if (value && scores.count >= kFewPictures) all.push_back(figure.badness(*value));
  }
  const auto [least, most] = std::ranges::minmax_element(all);
  if (all.empty() || *least == *most) return std::nullopt;
  return *most;
}

Cell figure_cell(const Figure& figure, const Scores& scores, const std::optional<double>& worst) {
  const std::optional<double> value = figure.of(scores);
  if (scores.count == 0 || !value) return {};
  if (scores.count < kFewPictures) return {figure.text(*value), Tone::kDim};
  const bool is_worst = worst && figure.badness(*value) == *worst;
  return {figure.text(*value), is_worst ? Tone::kBad : Tone::kPlain};
}

Cell count_cell(const Scores& scores) {
  return {with_thousands(static_cast<std::int64_t>(scores.count)),
          scores.count < kFewPictures ? Tone::kDim : Tone::kPlain};
}

// A row for each of the groups; the worst of each figure is marked where they are bands of age.
void add_rows(const std::vector<Figure>& figures, std::span<const std::string> names,
              std::span<const Scores> groups, std::span<const Scores> compared, Table& table) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Row row{{{names[i]}, count_cell(groups[i])}};
    for (const Figure& figure : figures) {
      row.cells.push_back(figure_cell(figure, groups[i], worst(figure, compared)));
    }
    table.rows.push_back(std::move(row));
  }
}

std::vector<std::string> band_names() {
  const AgeBands bands = group_bands();
  std::vector<std::string> names;
  for (std::size_t band = 0; band < bands.count(); ++band) names.push_back(bands.name(band));
  return names;
}

bool any_few(const Evaluation& evaluation) {
  const auto few = [](const Scores& of) { return of.count > 0 && of.count < kFewPictures; };
  return std::ranges::any_of(evaluation.by_gender_and_band,
                             [&](const auto& bands) { return std::ranges::any_of(bands, few); });
}

// A row a band of age and one of all ages; columns of both genders and of each.
class ComparedTable {
 public:
  explicit ComparedTable(const Evaluation& evaluation)
      : parts_{{{evaluation.by_band, evaluation.all},
                {evaluation.by_gender_and_band[0], evaluation.by_gender[0]},
                {evaluation.by_gender_and_band[1], evaluation.by_gender[1]}}} {
    table_.columns = {{"age", Align::kRight}};
    for (const std::string& name : band_names()) table_.rows.push_back({{{name}}});
    table_.rows.push_back({{{"all", Tone::kBold}}});
  }

  // `cell(scores, bands)` of each row; the bands are those to compare it with.
  template <class MakeCell>
  void add(std::string_view title, bool by_gender, const MakeCell& cell) {
    for (std::size_t i = 0; i < (by_gender ? parts_.size() : 1); ++i) {
      const Part& part = parts_[i];
      const std::string second_line = by_gender ? fmt::format("\n{}", whose(i)) : "";
      table_.columns.push_back({.title = fmt::format("{}{}", i == 0 ? title : "", second_line),
                                .align = Align::kRight,
                                .apart = i == 0});
      for (std::size_t row = 0; row < part.bands.size(); ++row) {
        table_.rows[row].cells.push_back(cell(part.bands[row], part.bands));
      }
      Cell total = cell(part.all, std::span<const Scores>{});
      if (total.tone == Tone::kPlain) total.tone = Tone::kBold;
      table_.rows.back().cells.push_back(std::move(total));
    }
  }

  const Table& table() const { return table_; }

 private:
  struct Part {
    std::span<const Scores> bands;
    const Scores& all;
  };
  std::array<Part, kParts> parts_;
  Table table_;
};

}  // namespace

Table groups_table(const Evaluation& evaluation) {
  const std::vector<Figure> figures = figures_of(evaluation);
  Table table;
  table.key_columns = 1;
  table.columns = {{""}, {"pictures", Align::kRight}};
  for (const Figure& figure : figures) table.columns.push_back({figure.title, Align::kRight});
  const std::vector<std::string> names = band_names();
  const std::array totals = {evaluation.all, evaluation.by_gender[0], evaluation.by_gender[1]};
  add_rows(figures, std::array{whose(0), whose(1), whose(2)}, totals, {}, table);
  const std::array parts = {std::span(evaluation.by_band),
                            std::span(evaluation.by_gender_and_band[0]),
                            std::span(evaluation.by_gender_and_band[1])};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    table.rows.push_back({{{fmt::format("{}, by age", whose(i)), Tone::kBold}}, true});
    add_rows(figures, names, parts[i], parts[i], table);
  }
  return table;
}

Table compared_table(const Evaluation& evaluation) {
  ComparedTable compared(evaluation);
  const auto count = [](const Scores& of, auto) { return count_cell(of); };
  compared.add("pictures", true, count);
  for (const Figure& figure : figures_of(evaluation)) {
    compared.add(figure.title, figure.by_gender,
                 [&figure](const Scores& of, std::span<const Scores> bands) {
                   return figure_cell(figure, of, worst(figure, bands));
                 });
  }
  return compared.table();
}

std::string groups_note(const Evaluation& evaluation, bool coloured) {
  std::string note =
      "MAE: mean error of the age, years; bias: mean of told minus true age, above 0 where people "
      "are taken for older; within 5: ages told at most five years off.";
  if (evaluation.all.age_coverage) {
    note += " In 80% range: between the told 10% and 90%, as 80% of ages should be.";
  }
  if (coloured) note += " Red: the worst band of a column.";
  if (coloured && any_few(evaluation)) {
    note += fmt::format(" Faint: fewer than {} pictures, which say little.", kFewPictures);
  }
  return note;
}

}  // namespace ag::evaluation
