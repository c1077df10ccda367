#include "tracking/comparison.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <tuple>

#include "framework/core/metric_direction.h"

namespace ag::tracking {
namespace {

constexpr std::array<std::string_view, 3> kGroupOrder = {"val", "train", "system"};
constexpr std::array<std::string_view, 7> kNameOrder = {
    "loss", "age_loss", "gender_loss", "age_mae", "age_cs5", "age_accuracy", "gender_accuracy"};
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

auto place_of(const std::string& metric) {
  const std::size_t slash = std::min(metric.find('/'), metric.size());
  const std::string_view group = std::string_view(metric).substr(0, slash);
  const std::string_view name = std::string_view(metric).substr(std::min(slash + 1, metric.size()));
  const auto* group_at = std::ranges::find(kGroupOrder, group);
  const auto* name_at = std::ranges::find(kNameOrder, name);
  return std::tuple(group_at - kGroupOrder.begin(), group, name_at - kNameOrder.begin(), name);
}

bool is_compared(const std::string& parameter) {
  return parameter != "name" && !parameter.starts_with("tracking.");
}

std::vector<bool> mark_best(const ComparedMetric& metric) {
  double best = kNan;
  for (const auto& point : metric.values) {
    if (point && is_better(metric.name, point->value, best)) best = point->value;
  }
  std::vector<bool> marks;
  bool any_worse = false;
  for (const auto& point : metric.values) {
    marks.push_back(point && point->value == best);
    any_worse = any_worse || (point && point->value != best);
  }
  return any_worse ? marks : std::vector<bool>(marks.size(), false);
}

std::optional<CheckpointEntry> checkpoint_for(SQLite::Database& database, const Run& run,
                                              std::int64_t step) {
  const std::vector<CheckpointEntry> all = checkpoints(database, run);
  if (all.empty()) return std::nullopt;
  const auto of_step = std::ranges::find(all, step, &CheckpointEntry::step);
  if (of_step != all.end()) return *of_step;
  const auto kept_as_best = std::ranges::find(all, "best", &CheckpointEntry::kind);
  return kept_as_best != all.end() ? *kept_as_best : all.back();
}

}  // namespace

bool Comparison::has_guess() const {
  return std::ranges::any_of(metrics, [](const ComparedMetric& m) { return m.guess.has_value(); });
}

void sort_metrics(std::vector<std::string>& names) {
  std::ranges::sort(
      names, [](const std::string& a, const std::string& b) { return place_of(a) < place_of(b); });
}

std::optional<MetricPoint> metric_value(const std::vector<MetricSummary>& all,
                                        const std::string& metric, At at) {
  const MetricSummary* summary = find_metric(all, metric);
  if (summary == nullptr) return std::nullopt;
  return at == At::kBest ? summary->best : summary->last;
}

std::vector<ParameterRow> differing_parameters(SQLite::Database& database,
                                               const std::vector<Run>& runs) {
  std::vector<ParameterRow> rows;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const auto& [name, value] : parameters(database, runs[i])) {
      if (!is_compared(name)) continue;
      auto row = std::ranges::find(rows, name, &ParameterRow::name);
      if (row == rows.end()) {
        row = rows.insert(rows.end(), {name, std::vector<std::string>(runs.size())});
      }
      row->values[i] = value;
    }
  }
  std::erase_if(rows, [](const ParameterRow& row) {
    return std::ranges::all_of(row.values, [&row](const auto& v) { return v == row.values[0]; });
  });
  return rows;
}

std::optional<double> guess_value(SQLite::Database& database, const std::vector<Run>& runs,
                                  const std::string& metric) {
  std::optional<double> guess;
  for (const Run& run : runs) {
    const std::vector<MetricPoint> points = metric_series(database, run, guess_of(metric));
    if (points.empty()) continue;
    if (guess && *guess != points.back().value) return std::nullopt;
    guess = points.back().value;
  }
  return guess;
}

Comparison compare(SQLite::Database& database, std::vector<Run> runs, At at) {
  Comparison all;
  all.parameters = differing_parameters(database, runs);
  std::vector<std::vector<MetricSummary>> of_run;
  of_run.reserve(runs.size());
  for (const Run& run : runs) of_run.push_back(summaries(database, run));
  std::vector<std::string> names = metric_names(database, runs);
  std::erase_if(names, [](const std::string& name) { return is_guess(name); });
  sort_metrics(names);
  for (const std::string& name : names) {
    ComparedMetric metric{name, {}, {}, guess_value(database, runs, name)};
    for (const auto& one : of_run) metric.values.push_back(metric_value(one, name, at));
    metric.best = mark_best(metric);
    all.metrics.push_back(std::move(metric));
  }
  all.runs = std::move(runs);
  return all;
}

std::optional<BestRun> best_run(SQLite::Database& database, const std::vector<Run>& runs,
                                const std::string& metric) {
  std::optional<BestRun> best;
  for (const Run& run : runs) {
    for (const MetricPoint& point : metric_series(database, run, metric)) {
      const double so_far = best ? best->point.value : kNan;
      if (is_better(metric, point.value, so_far)) best = BestRun{run, point, {}};
    }
  }
  if (best) best->checkpoint = checkpoint_for(database, best->run, best->point.step);
  return best;
}

}  // namespace ag::tracking
