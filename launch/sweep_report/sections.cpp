#include "launch/sweep_report/sections.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "framework/core/text.h"
#include "launch/sweep_report/importance.h"
#include "launch/sweep_report/levels.h"
#include "launch/sweep_report/metric_texts.h"
#include "launch/sweep_report/pareto.h"
#include "launch/sweep_report/statistics.h"
#include "tracking/report/number.h"

namespace ag::sweep {
namespace {

using report::Align;
using report::Table;
using report::Tone;

constexpr int kLeastTitleCells = 8;
constexpr int kLeastWordCells = 14;
constexpr int kLeastReasonCells = 24;
constexpr int kLeastRunCells = 12;
constexpr std::size_t kMostRunsNamed = 4;

std::string_view direction(const Results& results, const std::string& metric) {
  return lower_is_better(results, metric) ? "lower is better" : "higher is better";
}

std::size_t done_seeds(const PointResult& point) {
  return static_cast<std::size_t>(
      std::ranges::count(point.trials, TrialState::kDone, &TrialResult::state));
}

// The parameters that tell points apart; all of them where there is nothing to tell apart.
std::vector<Levels> telling_levels(const Results& results) {
  std::vector<Levels> varying = varying_levels(results);
  return varying.empty() ? all_levels(results) : varying;
}

void add_parameter_columns(const std::vector<Levels>& levels, Table& table) {
  for (const Levels& one : levels) {
    table.columns.push_back({.title = one.name,
                             .align = one.numeric ? Align::kRight : Align::kLeft,
                             .least = one.numeric ? kLeastTitleCells : kLeastWordCells});
  }
}

report::Row parameter_cells(const PointResult& point, const std::vector<Levels>& levels) {
  report::Row row;
  for (const Levels& one : levels) {
    row.cells.push_back({point.values[one.parameter], Tone::kPlain, one.numeric});
  }
  return row;
}

report::Cell metric_cell(const MetricText& text) {
  const Tone tone = text.best ? Tone::kGood : text.is_number ? Tone::kPlain : Tone::kDim;
  return {(text.best ? "* " : "") + text.joined(), tone, true};
}

std::string count_text(std::int64_t count) {
  return count > 0 ? report::short_count(static_cast<double>(count)) : "";
}

// Of a heat map's cell: the point in full.
std::string detail(const Results& results, std::size_t point, const std::string& metric,
                   const MetricText& text) {
  const PointResult& of = results.points[point];
  return fmt::format("{}: {} {}, {} of {} done", point_name(results, point), metric, text.joined(),
                     done_seeds(of), counted(of.trials.size(), "seed"));
}

report::HeatMap heat_map(const Results& results, const std::string& metric, const Levels& rows,
                         const Levels& columns) {
  report::HeatMap map{.title = fmt::format("{}, {}", metric, direction(results, metric)),
                      .row_title = rows.name,
                      .column_title = columns.name,
                      .rows = rows.values,
                      .columns = columns.values,
                      .cells = {}};
  map.cells.assign(rows.values.size(), std::vector<report::HeatCell>(columns.values.size()));
  const std::vector<MetricText> texts = metric_texts(results, metric);
  const std::vector<std::optional<double>> shades =
      badness(means(results, metric), lower_is_better(results, metric));
  for (std::size_t i = 0; i < results.points.size(); ++i) {
    map.cells[rows.of_point[i]][columns.of_point[i]] = {texts[i].value, texts[i].spread,
                                                        detail(results, i, metric, texts[i]),
                                                        shades[i], texts[i].best};
  }
  return map;
}

// The trials that are alike in what became of them.
struct Missing {
  std::size_t count = 0;
  std::vector<std::string> runs;
};

}  // namespace

std::string summary_line(const Results& results) {
  std::map<TrialState, std::size_t> counts;
  std::size_t trials = 0;
  for (const PointResult& point : results.points) {
    for (const TrialResult& trial : point.trials) ++counts[trial.state];
    trials += point.trials.size();
  }
  std::vector<std::string> parts;
  for (const TrialState state : {TrialState::kDone, TrialState::kPruned, TrialState::kRunning,
                                 TrialState::kWaiting, TrialState::kStopped, TrialState::kFailed}) {
    if (counts[state] > 0) parts.push_back(fmt::format("{} {}", counts[state], state_name(state)));
  }
  const std::string all =
      fmt::format("{}, {}", counted(results.points.size(), "point"), counted(trials, "trial"));
  return parts.empty() ? all : fmt::format("{}: {}", all, fmt::join(parts, ", "));
}

std::string metric_line(const Results& results) {
  const bool several = std::ranges::any_of(
      results.points, [](const PointResult& point) { return point.trials.size() > 1; });
  return fmt::format("{}, {}: {}{} epoch of each", results.metric,
                     direction(results, results.metric),
                     several ? "mean ± standard deviation over seeds, " : "",
                     results.at == tracking::At::kBest ? "best" : "last");
}

std::optional<std::string> best_line(const Results& results) {
  const std::optional<std::size_t> best = best_point(results, results.metric);
  if (!best) return std::nullopt;
  return fmt::format("best: {}: {}", point_name(results, *best),
                     metric_texts(results, results.metric)[*best].joined());
}

std::string pruned_note(const Results& results) {
  if (!any_pruned_value(results)) return "";
  return "(…) of pruned trials: where they were stopped, after fewer epochs, so in no comparison";
}

std::vector<std::string> shown_metrics(const Results& results) {
  std::vector<std::string> shown = {results.metric};
  for (const char* metric : {"val/age_mae", "val/gender_accuracy", "train/images_per_second"}) {
    const bool any = std::ranges::any_of(results.points, [metric](const PointResult& point) {
      return std::ranges::any_of(point.trials, [metric](const TrialResult& trial) {
        return trial.metrics.contains(metric);
      });
    });
    if (any && metric != results.metric) shown.emplace_back(metric);
  }
  return shown;
}

std::string point_name(const Results& results, std::size_t point) {
  std::vector<std::string> parts;
  for (const Levels& levels : telling_levels(results)) {
    parts.push_back(
        fmt::format("{} {}", levels.name, results.points[point].values[levels.parameter]));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<report::HeatMap> heat_maps(const Results& results) {
  std::vector<Levels> varying = varying_levels(results);
  if (varying.size() != 2) return {};
  if (varying[1].values.size() > varying[0].values.size()) std::swap(varying[0], varying[1]);
  std::vector<report::HeatMap> maps;
  for (const std::string& metric : shown_metrics(results)) {
    maps.push_back(heat_map(results, metric, varying[0], varying[1]));
  }
  return maps;
}

Table points_table(const Results& results) {
  const std::vector<Levels> levels = telling_levels(results);
  const std::vector<std::string> metrics = shown_metrics(results);
  Table table;
  add_parameter_columns(levels, table);
  std::vector<std::vector<MetricText>> texts;
  int dispensable = 0;  // where there is no room, sizes go first, then the last metrics
  for (const std::string& metric : metrics) {
    table.columns.push_back(
        {.title = metric, .align = Align::kRight, .dispensable = dispensable++});
    texts.push_back(metric_texts(results, metric));
  }
  table.columns.push_back({.title = "seeds", .align = Align::kRight, .dispensable = dispensable});
  for (const char* title : {"macs", "parameters"}) {
    table.columns.push_back({.title = title, .align = Align::kRight, .dispensable = ++dispensable});
  }
  for (const std::size_t i : ranked(results)) {
    const PointResult& point = results.points[i];
    report::Row row = parameter_cells(point, levels);
    for (const auto& of_metric : texts) row.cells.push_back(metric_cell(of_metric[i]));
    row.cells.push_back({fmt::format("{}/{}", done_seeds(point), point.trials.size())});
    row.cells.push_back({count_text(point.macs)});
    row.cells.push_back({count_text(point.parameters)});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string front_title(const Results& results) {
  return fmt::format("Pareto front: no other point is as good with fewer {}",
                     cost_title(known_cost(results)));
}

std::optional<report::Table> front_table(const Results& results) {
  const std::optional<report::Scatter> scatter = front_scatter(results);
  if (!scatter) return std::nullopt;
  const std::vector<Levels> levels = telling_levels(results);
  const std::vector<MetricText> texts = metric_texts(results, results.metric);
  Table table;
  table.columns = {{"macs", Align::kRight}, {"parameters", Align::kRight}};
  table.columns.push_back({results.metric, Align::kRight});
  add_parameter_columns(levels, table);
  for (const std::size_t i : pareto_front(results, results.metric, known_cost(results))) {
    const PointResult& point = results.points[i];
    report::Row row{{{count_text(point.macs)}, {count_text(point.parameters)}}};
    row.cells.push_back(metric_cell(texts[i]));
    report::Row named = parameter_cells(point, levels);
    std::ranges::move(named.cells, std::back_inserter(row.cells));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::optional<report::Scatter> front_scatter(const Results& results) {
  const Cost cost = known_cost(results);
  const std::vector<std::size_t> front = pareto_front(results, results.metric, cost);
  const std::vector<std::optional<double>> all = means(results, results.metric);
  const std::vector<MetricText> texts = metric_texts(results, results.metric);
  report::Scatter scatter{
      .title = fmt::format("{} against {}", results.metric, cost_title(cost)),
      .x_label = cost == Cost::kMacs ? "MACs of a picture" : "parameters of the network",
      .y_label = fmt::format("{}, {}", results.metric, direction(results, results.metric)),
      .points = {}};
  bool costs_differ = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const PointResult& point = results.points[i];
    const std::int64_t price = cost_of(point, cost);
    if (!all[i] || price <= 0) continue;
    std::vector<std::string> values;
    for (const Levels& levels : telling_levels(results)) {
      values.push_back(point.values[levels.parameter]);
    }
    const std::optional<Estimate> known = estimate(point, results.metric);
    scatter.points.push_back(
        {.x = static_cast<double>(price),
         .y = *all[i],
         .spread = known->deviation.value_or(0),
         .label = fmt::format("{}", fmt::join(values, ", ")),
         .detail = fmt::format("{}: {}, {} {}", point_name(results, i), texts[i].joined(),
                               with_thousands(price), cost_title(cost)),
         .front = std::ranges::find(front, i) != front.end()});
    costs_differ = costs_differ || scatter.points.front().x != scatter.points.back().x;
  }
  if (!costs_differ) return std::nullopt;
  return scatter;
}

std::optional<report::Bars> importance_bars(const Results& results) {
  const std::optional<Importance> known = importance(results);
  if (!known) return std::nullopt;
  report::Bars bars{.title = fmt::format("share of the variance of {}", results.metric),
                    .bars = {}};
  for (const Importance::Parameter& parameter : known->parameters) {
    bars.bars.push_back({parameter.name, parameter.share});
  }
  bars.bars.push_back({"together, and chance", known->rest, true});
  return bars;
}

std::optional<report::Table> missing_table(const Results& results) {
  std::map<std::pair<TrialState, std::string>, Missing> all;
  for (const PointResult& point : results.points) {
    for (const TrialResult& trial : point.trials) {
      if (trial.state == TrialState::kDone) continue;
      Missing& missing = all[{trial.state, trial.reason.substr(0, trial.reason.find('\n'))}];
      ++missing.count;
      if (missing.runs.size() < kMostRunsNamed) missing.runs.push_back(trial.id);
    }
  }
  if (all.empty()) return std::nullopt;
  Table table;
  table.columns = {{"trials", Align::kRight},
                   {"state"},
                   {"reason", Align::kLeft, kLeastReasonCells},
                   {"runs", Align::kLeft, kLeastRunCells, 1}};
  for (const auto& [key, missing] : all) {
    const bool failed = key.first == TrialState::kFailed;
    std::string runs = fmt::format("{}", fmt::join(missing.runs, ", "));
    if (missing.count > missing.runs.size()) runs += ", …";
    table.rows.push_back({{{std::to_string(missing.count)},
                           {std::string(state_name(key.first)), failed ? Tone::kBad : Tone::kPlain},
                           {key.second},
                           {runs, Tone::kDim}}});
  }
  return table;
}

}  // namespace ag::sweep
