#include "launch/agsweep/status.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "framework/core/text.h"
#include "launch/sweep/live_view.h"
#include "tracking/report/table.h"

namespace ag::sweep {
namespace {

using report::Align;
using report::Tone;

report::Row row_of(const Trial& trial, const TrialView& view) {
  const Tone tone = view.state == TrialState::kFailed ? Tone::kBad
                    : view.state == TrialState::kDone ? Tone::kGood
                                                      : Tone::kPlain;
  report::Row row{{{trial.id}, {std::string(state_name(view.state)), tone}}};
  for (const std::string& value : trial.values) row.cells.push_back({value});
  row.cells.push_back({fmt::format("{}", trial.seed)});
  row.cells.push_back({fmt::format("{}/{}", view.epochs, trial.epochs)});
  row.cells.push_back({view.metric ? fmt::format("{:.4g}", *view.metric) : ""});
  row.cells.push_back({view.seconds > 0 ? short_duration(view.seconds) : ""});
  row.cells.push_back({view.state == TrialState::kFailed ? view.reason : ""});
  return row;
}

report::Table table_of(const Plan& plan, const Watch& watch) {
  report::Table table;
  table.columns = {{"run"}, {"state"}};
  for (const std::string& key : plan.parameters()) table.columns.push_back({key, Align::kRight});
  table.columns.push_back({"seed", Align::kRight, 0, 2});
  table.columns.push_back({"epochs", Align::kRight});
  table.columns.push_back({plan.config.metric.name, Align::kRight});
  table.columns.push_back({"took", Align::kRight, 0, 1});
  table.columns.push_back({"reason", Align::kLeft, 8});
  for (std::size_t i = 0; i < watch.size(); ++i)
    table.rows.push_back(row_of(plan.trials[i], watch.view(i)));
  return table;
}

nlohmann::ordered_json json_of(const Plan& plan, const Watch& watch) {
  auto trials = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < watch.size(); ++i) {
    const Trial& trial = plan.trials[i];
    const TrialView& view = watch.view(i);
    nlohmann::ordered_json values;
    for (std::size_t p = 0; p < trial.values.size(); ++p)
      values[plan.config.parameters[p].key] = trial.values[p];
    trials.push_back({{"id", trial.id},
                      {"state", state_name(view.state)},
                      {"values", values},
                      {"seed", trial.seed},
                      {"epochs", view.epochs},
                      {"all_epochs", trial.epochs},
                      {"seconds", view.seconds},
                      {"failures", view.failures},
                      {"reason", view.reason}});
    if (view.metric) trials.back()["metric"] = *view.metric;
  }
  return {{"name", plan.config.name}, {"metric", plan.config.metric.name}, {"trials", trials}};
}

}  // namespace

std::string status_text(const Plan& plan, const Watch& watch, const report::Terminal& terminal) {
  return fmt::format("{}\n{}\n", report::to_text(table_of(plan, watch), terminal),
                     tally_line(watch));
}

std::string status_json(const Plan& plan, const Watch& watch) {
  return json_of(plan, watch).dump(2) + "\n";
}

}  // namespace ag::sweep
