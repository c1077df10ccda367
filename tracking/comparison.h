// Several runs side by side: the parameters in which they differ, and their metrics with the best
// of each marked.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracking/query.h"

namespace ag::tracking {

// Which value of a metric stands for the run.
enum class At { kLast, kBest };

struct ParameterRow {
  std::string name;
  std::vector<std::string> values;  // of each run; "" where it has no such parameter
};

struct ComparedMetric {
  std::string name;
  std::vector<std::optional<MetricPoint>> values;  // of each run
  std::vector<bool> best;       // of each run: no other is better; all false where all are equal
  std::optional<double> guess;  // of a network that only guesses; none where runs differ in it
};

struct Comparison {
  std::vector<Run> runs;
  std::vector<ParameterRow> parameters;
  std::vector<ComparedMetric> metrics;  // val/, train/, system/, then others

  bool has_guess() const;
};

Comparison compare(SQLite::Database& database, std::vector<Run> runs, At at);

// The parameters whose values aren't the same in all runs, in the order of the configuration. Names
// and the tracking section are left out.
std::vector<ParameterRow> differing_parameters(SQLite::Database& database,
                                               const std::vector<Run>& runs);

// The order to show metrics in: validation first; losses, ages, genders.
void sort_metrics(std::vector<std::string>& names);

// The run's value of the metric; none where it has none.
std::optional<MetricPoint> metric_value(const std::vector<MetricSummary>& summaries,
                                        const std::string& metric, At at);

// What a network that only guesses reaches of `metric`, where every run that says so says the same.
std::optional<double> guess_value(SQLite::Database& database, const std::vector<Run>& runs,
                                  const std::string& metric);

// The run with the best value of the metric ever, among `runs`; none where no run has one.
struct BestRun {
  Run run;
  MetricPoint point;
  std::optional<CheckpointEntry> checkpoint;  // of that step, else the run's best, else its last
};
std::optional<BestRun> best_run(SQLite::Database& database, const std::vector<Run>& runs,
                                const std::string& metric);

}  // namespace ag::tracking
