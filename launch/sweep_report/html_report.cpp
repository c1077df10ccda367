#include "launch/sweep_report/html_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "launch/sweep_report/levels.h"
#include "launch/sweep_report/sections.h"
#include "launch/sweep_report/statistics.h"
#include "tracking/report/html_page.h"
#include "tracking/report/number.h"

namespace ag::sweep {
namespace {

using report::Align;
using report::Fit;
using report::html_element;
using report::svg::Place;

constexpr std::size_t kMostValuesNamed = 12;

std::string head(const Results& results, const PageInfo& info) {
  std::string html = html_element("h1", results.name) + html_element("p", summary_line(results));
  if (const auto best = best_line(results)) html += html_element("p", *best);
  html += html_element("p", metric_line(results), "note");
  return html + html_element("p", fmt::format("{}, from {}", info.date, info.database), "note");
}

std::string values_text(const Levels& levels) {
  if (!levels.numeric || levels.values.size() <= kMostValuesNamed) {
    return fmt::format("{}", fmt::join(levels.values, ", "));
  }
  return fmt::format("{} values from {} to {}", levels.values.size(), levels.values.front(),
                     levels.values.back());
}

std::string swept(const Results& results) {
  report::Table table;
  table.columns = {{"parameter"}, {"values"}};
  for (const Levels& levels : all_levels(results)) {
    table.rows.push_back({{{levels.name}, {values_text(levels)}}});
  }
  return html_element("h2", "What was swept") + report::html_table(table);
}

std::string heat_maps_html(const Results& results) {
  std::string figures;
  for (const report::HeatMap& map : heat_maps(results)) {
    figures += report::html_figure(report::to_svg(map, Place::kInPage), Fit::kNatural);
  }
  if (figures.empty()) return "";
  return html_element("h2", "What came of it") + report::html_beside(figures);
}

std::string front_html(const Results& results) {
  const auto scatter = front_scatter(results);
  const auto table = front_table(results);
  if (!scatter || !table) return "";
  return html_element("h2", front_title(results)) +
         report::html_beside(
             report::html_figure(report::to_svg(*scatter, Place::kInPage), Fit::kScaled) +
             report::html_table(*table));
}

std::string importance_html(const Results& results) {
  const auto bars = importance_bars(results);
  if (!bars) return "";
  return html_element("h2", "How much each parameter matters") +
         report::html_figure(report::to_svg(*bars, Place::kInPage), Fit::kScaled) +
         html_element("p",
                      "What each explains by itself, whatever the others are (main effects of a "
                      "functional analysis of variance over a forest).",
                      "note");
}

// From the lowest to the highest of the seeds that are done.
std::string range_text(const PointResult& point, const std::string& metric) {
  const std::optional<Estimate> known = estimate(point, metric);
  if (!known || known->seeds < 2) return "";
  const std::array<std::optional<double>, 2> ends = {known->lowest, known->highest};
  const std::vector<std::string> texts = report::alike(ends);
  return fmt::format("{} – {}", texts[0], texts[1]);
}

bool any_range(const Results& results) {
  return std::ranges::any_of(results.points, [&](const PointResult& point) {
    return !range_text(point, results.metric).empty();
  });
}

// A row a trial, in the order of the points' table.
report::Table runs_table(const Results& results) {
  const std::vector<Levels> levels = all_levels(results);
  report::Table table;
  for (const Levels& one : levels) {
    table.columns.push_back({one.name, one.numeric ? Align::kRight : Align::kLeft});
  }
  table.columns.push_back({"seed", Align::kRight});
  table.columns.push_back({"run"});
  table.columns.push_back({"state"});
  table.columns.push_back({"epochs", Align::kRight});
  table.columns.push_back({results.metric, Align::kRight});
  for (const std::size_t i : ranked(results)) {
    for (const TrialResult& trial : results.points[i].trials) {
      report::Row row;
      for (const std::string& value : results.points[i].values) row.cells.push_back({value});
      const auto found = trial.metrics.find(results.metric);
      const bool has = found != trial.metrics.end();
      for (const std::string& text :
           {std::to_string(trial.seed), trial.id, std::string(state_name(trial.state)),
            fmt::format("{}/{}", trial.epochs, trial.all_epochs),
            has ? report::short_number(found->second) : std::string()}) {
        row.cells.push_back({text});
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

std::string points_html(const Results& results) {
  report::Table table = points_table(results);
  if (any_range(results)) {
    table.columns.push_back({"lowest – highest", Align::kRight});
    const std::vector<std::size_t> order = ranked(results);
    for (std::size_t i = 0; i < order.size(); ++i) {
      table.rows[i].cells.push_back({range_text(results.points[order[i]], results.metric)});
    }
  }
  const std::string note = pruned_note(results);
  return html_element("h2", "All points") + report::html_table(table) +
         (note.empty() ? "" : html_element("p", note, "note")) +
         report::html_details("The run of each seed", report::html_table(runs_table(results)));
}

std::string missing_html(const Results& results) {
  const auto table = missing_table(results);
  return table ? html_element("h2", "Not done") + report::html_table(*table) : "";
}

}  // namespace

std::string to_html(const Results& results, const PageInfo& info) {
  return report::html_page(results.name, head(results, info) + swept(results) +
                                             heat_maps_html(results) + front_html(results) +
                                             importance_html(results) + points_html(results) +
                                             missing_html(results));
}

}  // namespace ag::sweep
