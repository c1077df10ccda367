// The parts of a sweep's report that a terminal and a page have in common, as tables and charts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launch/sweep_report/results.h"
#include "tracking/report/bars.h"
#include "tracking/report/heat_map.h"
#include "tracking/report/scatter.h"
#include "tracking/report/table.h"

namespace ag::sweep {

// "12 points, 36 trials: 34 done, 1 pruned, 1 failed"
std::string summary_line(const Results& results);
// "val/age_mae, lower is better: mean ± standard deviation over seeds, last epoch of each"
std::string metric_line(const Results& results);
// "best: model.width 1.00, dataset.size 64: 6.712 ± 0.047"; none where nothing is measured.
std::optional<std::string> best_line(const Results& results);
// What "(…)" stands for; "" where the report has none.
std::string pruned_note(const Results& results);

// The sweep's metric, and of age error, gender accuracy and speed those that any trial has.
std::vector<std::string> shown_metrics(const Results& results);

// "model.width 0.5, dataset.size 64": of the parameters that vary.
std::string point_name(const Results& results, std::size_t point);

// One for each shown metric where exactly two parameters vary, else none. The rows are the
// parameter with more values, the first of equals.
std::vector<report::HeatMap> heat_maps(const Results& results);

// All points, the best first.
report::Table points_table(const Results& results);
// The points that are worth their cost, the cheapest first; none where they all cost the same.
std::optional<report::Table> front_table(const Results& results);
std::string front_title(const Results& results);
std::optional<report::Scatter> front_scatter(const Results& results);

std::optional<report::Bars> importance_bars(const Results& results);

// The trials that aren't done, by state and reason; none where all are.
std::optional<report::Table> missing_table(const Results& results);

}  // namespace ag::sweep
