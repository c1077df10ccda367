#include "launch/evaluation_report/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "framework/core/age_bands.h"
#include "framework/core/text.h"
#include "launch/evaluation_report/sections.h"

namespace ag::evaluation {
namespace {

constexpr double kTen = 10;

// The axes of told and true ages: from 0 to the decade that all curves end in, the same for both.
report::Range age_range(const std::vector<AgeStep>& steps) {
  double most = kTen;
  for (const AgeStep& step : steps) most = std::max({most, step.high, step.last + 1.0});
  return {0, std::min(std::ceil(most / kTen) * kTen, static_cast<double>(kOldest))};
}

// From the decade of percent below the lowest accuracy up, so that half the chart isn't empty.
report::Range accuracy_range(const GenderCalibration& calibration) {
  constexpr double kHalf = 0.5;
  double least = kHalf;
  for (const ReliabilityBin& bin : calibration.bins) {
    if (bin.count > 0) least = std::min(least, bin.accuracy);
  }
  return {std::floor(least * kTen) / kTen, 1};
}

report::HeatCell confusion_cell(std::size_t count, std::size_t of, std::string_view is,
                                std::string_view told) {
  report::HeatCell cell;
  if (of == 0) return cell;
  constexpr double kLeastWhole = 0.5;
  const double share = static_cast<double>(count) / static_cast<double>(of);
  const double percent = 100 * share;
  cell.detail = fmt::format("{} taken for {}: {} of {}", is, told, count, counted(of, "picture"));
  if (count == 0) return cell;
  cell.value = percent < kLeastWhole ? "<1%" : fmt::format("{:.0f}%", percent);
  cell.badness = 1 - share;
  return cell;
}

template <class Counts>
report::HeatMap confusion_map(const Counts& counts, const std::vector<std::string>& names) {
  report::HeatMap map;
  map.columns = names;
  map.best_word = "all";
  map.worst_word = "none";
  for (std::size_t row = 0; row < names.size(); ++row) {
    const std::size_t of = std::accumulate(counts[row].begin(), counts[row].end(), std::size_t{0});
    map.rows.push_back(
        fmt::format("{} ({})", names[row], with_thousands(static_cast<std::int64_t>(of))));
    map.cells.emplace_back();
    for (std::size_t column = 0; column < names.size(); ++column) {
      map.cells.back().push_back(
          confusion_cell(counts[row][column], of, names[row], names[column]));
      map.cells.back().back().best = of > 0 && row == column;  // framed: what should be told
    }
  }
  return map;
}

}  // namespace

report::Agreement age_agreement(const Evaluation& evaluation) {
  report::Agreement agreement{.title = "Told and true age",
                              .x_label = "true age, years",
                              .y_label = "told age, years",
                              .curve_label = "mean",
                              .spread_label = "80% of pictures",
                              .diagonal_label = "told as it is",
                              .count_label = "pictures",
                              .x = age_range(evaluation.age_curve),
                              .y = age_range(evaluation.age_curve),
                              .points = {}};
  for (const AgeStep& step : evaluation.age_curve) {
    agreement.points.push_back(
        {.from = static_cast<double>(step.first),
         .to = step.last + 1.0,
         .x = step.age,
         .y = step.told,
         .low = step.low,
         .high = step.high,
         .count = step.count,
         .detail = fmt::format("{}-{} years, {}: told {:.1f} on average, 80% of them {:.1f} to "
                               "{:.1f}",
                               step.first, step.last, counted(step.count, "picture"), step.told,
                               step.low, step.high)});
  }
  return agreement;
}

report::Agreement reliability(const Evaluation& evaluation) {
  const GenderCalibration& calibration = evaluation.gender_calibration;
  report::Agreement agreement{.title = "How sure of the gender, and how right",
                              .x_label = "told probability of the gender it tells",
                              .y_label = "genders right",
                              .curve_label = "right",
                              .spread_label = "95% interval",
                              .diagonal_label = "as sure as right",
                              .count_label = "pictures",
                              .x = {0.5, 1},
                              .y = accuracy_range(calibration),
                              .spread = report::Spread::kLines,
                              .percent = true,
                              .points = {}};
  for (const ReliabilityBin& bin : calibration.bins) {
    agreement.points.push_back(
        {.from = bin.from,
         .to = bin.to,
         .x = bin.confidence,
         .y = bin.accuracy,
         .low = bin.interval.low,
         .high = bin.interval.high,
         .count = bin.count,
         .detail = fmt::format("{} of which it is {:.0f}-{:.0f}% sure, {} on average: {} right",
                               counted(bin.count, "picture"), 100 * bin.from, 100 * bin.to,
                               percent(bin.confidence), percent(bin.accuracy))});
  }
  return agreement;
}

report::HeatMap age_confusion_map(const Evaluation& evaluation) {
  const AgeBands bands = group_bands();
  std::vector<std::string> names;
  for (std::size_t band = 0; band < bands.count(); ++band) names.push_back(bands.name(band));
  report::HeatMap map = confusion_map(evaluation.age_confusion, names);
  map.title = "Bands of age, shares of each row";
  map.row_title = "true";
  map.column_title = "told age";
  return map;
}

report::HeatMap gender_confusion_map(const Evaluation& evaluation) {
  report::HeatMap map = confusion_map(evaluation.gender_confusion,
                                      {std::string(gender_name(0)), std::string(gender_name(1))});
  map.title = "Genders, shares of each row";
  map.row_title = "true";
  map.column_title = "told gender";
  return map;
}

}  // namespace ag::evaluation
