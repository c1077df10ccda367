#include "launch/sweep_report/csv_report.h"

#include <set>
#include <vector>

#include "tracking/comparison.h"
#include "tracking/report/number.h"
#include "tracking/report/table.h"

namespace ag::sweep {
namespace {

std::vector<std::string> all_metrics(const Results& results) {
  std::set<std::string> names;
  for (const PointResult& point : results.points) {
    for (const TrialResult& trial : point.trials) {
      for (const auto& [name, value] : trial.metrics) names.insert(name);
    }
  }
  std::vector<std::string> sorted(names.begin(), names.end());
  tracking::sort_metrics(sorted);
  return sorted;
}

std::string count_text(std::int64_t count) {
  return count > 0 ? std::to_string(count) : "";
}

}  // namespace

std::string to_csv(const Results& results) {
  const std::vector<std::string> metrics = all_metrics(results);
  report::Table table;
  for (const std::string& parameter : results.parameters) table.columns.push_back({parameter});
  for (const char* title : {"seed", "run", "state", "epochs", "seconds", "parameters", "macs"}) {
    table.columns.push_back({title});
  }
  for (const std::string& metric : metrics) table.columns.push_back({metric});
  for (const PointResult& point : results.points) {
    for (const TrialResult& trial : point.trials) {
      report::Row row;
      for (const std::string& value : point.values) row.cells.push_back({value});
      for (const std::string& text :
           {std::to_string(trial.seed), trial.id, std::string(state_name(trial.state)),
            std::to_string(trial.epochs), report::exact_number(trial.seconds),
            count_text(point.parameters), count_text(point.macs)}) {
        row.cells.push_back({text});
      }
      for (const std::string& metric : metrics) {
        const auto found = trial.metrics.find(metric);
        const bool has = found != trial.metrics.end();
        row.cells.push_back({has ? report::exact_number(found->second) : ""});
      }
      table.rows.push_back(std::move(row));
    }
  }
  return report::to_csv(table);
}

}  // namespace ag::sweep
