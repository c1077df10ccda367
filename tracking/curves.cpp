#include "tracking/curves.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tracking/comparison.h"

namespace ag::tracking {
namespace {

using report::Chart;
using report::Panel;
using report::Point;
using report::Series;
using report::Stroke;

constexpr std::size_t kParametersTold = 4;  // in the legend
constexpr std::size_t kSmoothPoints = 100;
constexpr double kSecondsPerMinute = 60;

struct StepMetric {
  const char* name;
  double StepRow::*member;
};
constexpr std::array<StepMetric, 5> kStepMetrics = {{
    {"step/loss", &StepRow::loss},
    {"step/lr", &StepRow::lr},
    {"step/seconds", &StepRow::seconds},
    {"step/data_wait", &StepRow::data_wait_seconds},
    {"step/comm_wait", &StepRow::comm_wait_seconds},
}};

const StepMetric* find_step_metric(const std::string& name) {
  const auto* found = std::ranges::find_if(
      kStepMetrics, [&name](const StepMetric& metric) { return metric.name == name; });
  return found == kStepMetrics.end() ? nullptr : found;
}

std::string group_of(const std::string& metric) {
  return metric.substr(0, metric.find('/'));
}

// Where curves meet: "loss" for "train/loss" and "val/loss", each metric by itself otherwise.
std::string panel_of(const std::string& metric) {
  const std::string group = group_of(metric);
  const bool shared = group == "train" || group == "val";
  return shared ? metric.substr(metric.find('/') + 1) : metric;
}

double place(XAxis axis, double epoch, std::int64_t step, double seconds) {
  switch (axis) {
    case XAxis::kStep:
      return static_cast<double>(step);
    case XAxis::kMinutes:
      return seconds / kSecondsPerMinute;
    case XAxis::kEpoch:
      break;
  }
  return epoch;
}

// Of `points` each stretch of `size` as one point at its end, with the mean of what can be drawn.
std::vector<Point> means(const std::vector<Point>& points, std::size_t size) {
  std::vector<Point> smooth;
  for (std::size_t begin = 0; begin < points.size(); begin += size) {
    const std::size_t end = std::min(begin + size, points.size());
    double sum = 0;
    double count = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (!report::drawable(points[i].y)) continue;
      sum += points[i].y;
      ++count;
    }
    smooth.push_back({points[end - 1].x, sum / count});  // 0/0 is a gap, as it should be
  }
  return smooth;
}

std::vector<Point> step_points(SQLite::Database& database, const Run& run, const StepMetric& metric,
                               const CurveOptions& options) {
  const auto steps_per_epoch = static_cast<double>(std::max<std::int64_t>(run.steps_per_epoch, 1));
  std::vector<Point> points;
  double seconds = 0;
  for (const StepRow& row : steps(database, run)) {
    seconds += row.seconds;
    const double epoch = static_cast<double>(row.step) / steps_per_epoch;
    points.push_back({place(options.axis, epoch, row.step, seconds), row.*metric.member});
  }
  const auto asked = static_cast<std::size_t>(options.smooth_steps);
  const std::size_t usual = (points.size() + kSmoothPoints - 1) / kSmoothPoints;
  return means(points, std::max<std::size_t>(asked > 0 ? asked : usual, 1));
}

std::vector<Point> points_of(SQLite::Database& database, const Run& run, const std::string& metric,
                             const CurveOptions& options) {
  if (const StepMetric* step = find_step_metric(metric)) {
    return step_points(database, run, *step, options);
  }
  std::vector<Point> points;
  for (const MetricPoint& point : metric_series(database, run, metric)) {
    points.push_back({place(options.axis, static_cast<double>(point.epoch), point.step,
                            point.time - run.created),
                      point.value});
  }
  return points;
}

std::string title_of(const std::vector<std::string>& metrics) {
  return fmt::format("{}", fmt::join(metrics, ", "));
}

Panel panel_with(SQLite::Database& database, const std::vector<Run>& runs,
                 const std::vector<std::string>& metrics, const CurveOptions& options) {
  Panel panel;
  std::vector<std::string> shown;
  for (const std::string& metric : metrics) {
    const bool beside = metrics.size() > 1 && group_of(metric) == "train";
    bool any = false;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      std::vector<Point> points = points_of(database, runs[i], metric, options);
      if (points.empty()) continue;
      any = true;
      panel.series.push_back({beside ? runs[i].id + " train" : runs[i].id, static_cast<int>(i),
                              beside ? Stroke::kDashed : Stroke::kSolid, std::move(points)});
    }
    if (any) shown.push_back(metric);
    const std::optional<double> guess = guess_value(database, runs, metric);
    if (guess && any) panel.levels.push_back({"guess", *guess});
  }
  panel.title = title_of(shown);
  return panel;
}

std::vector<report::LegendEntry> legend_of(SQLite::Database& database,
                                           const std::vector<Run>& runs) {
  const std::vector<ParameterRow> differing = differing_parameters(database, runs);
  std::vector<report::LegendEntry> legend;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::string text = runs[i].name;
    for (std::size_t row = 0; row < std::min(differing.size(), kParametersTold); ++row) {
      text += fmt::format(" · {} {}", differing[row].name, differing[row].values[i]);
    }
    legend.push_back({runs[i].id, text, static_cast<int>(i)});
  }
  return legend;
}

std::string label_of(XAxis axis) {
  switch (axis) {
    case XAxis::kStep:
      return "step";
    case XAxis::kMinutes:
      return "minutes";
    case XAxis::kEpoch:
      break;
  }
  return "epoch";
}

}  // namespace

std::vector<std::string> usual_curves() {
  return {"train/loss", "val/loss", "val/age_mae", "val/gender_accuracy"};
}

bool is_step_metric(const std::string& metric) {
  return find_step_metric(metric) != nullptr;
}

Chart curves(SQLite::Database& database, const std::vector<Run>& runs,
             const std::vector<std::string>& metrics, const CurveOptions& options) {
  std::vector<std::pair<std::string, std::vector<std::string>>> panels;
  for (const std::string& metric : metrics) {
    const std::string name = panel_of(metric);
    auto panel = std::ranges::find(panels, name, &decltype(panels)::value_type::first);
    if (panel == panels.end()) panel = panels.insert(panels.end(), {name, {}});
    panel->second.push_back(metric);
  }
  Chart chart;
  chart.x_label = label_of(options.axis);
  if (!runs.empty()) chart.title = runs.front().experiment;
  chart.legend = legend_of(database, runs);
  bool dashed = false;
  for (const auto& [name, of_panel] : panels) {
    Panel panel = panel_with(database, runs, of_panel, options);
    if (panel.series.empty()) continue;
    dashed = dashed || std::ranges::any_of(panel.series, [](const Series& series) {
               return series.stroke == Stroke::kDashed;
             });
    chart.panels.push_back(std::move(panel));
  }
  if (dashed) chart.note = "dashed: train, solid: val";
  return chart;
}

}  // namespace ag::tracking
