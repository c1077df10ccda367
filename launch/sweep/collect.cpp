#include "launch/sweep/collect.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>

#include "framework/config/describe.h"
#include "framework/nn/summary.h"
#include "launch/sweep/watch.h"

namespace ag::sweep {
namespace {

// All that a network's shape depends on.
std::string network_key(launch::AgtrainConfig& config) {
  train::Experiment& experiment = config.experiment;
  return fmt::format("{}{}{}", config::to_yaml(config::visit_of(experiment.model)),
                     experiment.dataset.size, experiment.loss.age);
}

void add_metrics(SQLite::Database& database, const Trial& trial, tracking::At at,
                 TrialResult& result) {
  const std::optional<tracking::Run> run = tracking::run_of_id(database, trial.id);
  if (!run) return;
  for (const tracking::MetricSummary& summary : tracking::summaries(database, *run)) {
    if (tracking::is_guess(summary.name)) continue;
    const bool last = at == tracking::At::kLast;
    result.metrics[summary.name] = (last ? summary.last : summary.best).value;
  }
}

}  // namespace

std::vector<NetworkSize> network_sizes(const Plan& plan) {
  std::map<std::string, NetworkSize> known;
  std::vector<NetworkSize> sizes(plan.points);
  std::set<std::size_t> points;
  for (const Trial& trial : plan.trials) {
    if (!points.insert(trial.point).second) continue;
    launch::AgtrainConfig config = resolve(plan, trial);
    const std::string key = network_key(config);
    auto found = known.find(key);
    if (found == known.end()) {
      const nn::Summary summary = train::make_network(config.experiment)->summary();
      found = known.emplace(key, NetworkSize{summary.trainable(), summary.macs()}).first;
    }
    sizes[trial.point] = found->second;
  }
  return sizes;
}

Results collect(const Plan& plan, const SweepFolder& folder, tracking::At at) {
  Results results{.name = plan.config.name,
                  .parameters = plan.parameters(),
                  .metric = plan.config.metric.name,
                  .lower_is_better = plan.lower_is_better,
                  .at = at,
                  .points = std::vector<PointResult>(plan.points)};
  const std::vector<NetworkSize> sizes = network_sizes(plan);
  Watch watch(plan, folder);
  watch.read_all();
  std::optional<tracking::ReadableDatabase> database;
  if (std::filesystem::exists(plan.database)) {
    database.emplace(tracking::open_for_reading(plan.database));
  }
  for (std::size_t i = 0; i < plan.trials.size(); ++i) {
    const Trial& trial = plan.trials[i];
    const TrialView& view = watch.view(i);
    TrialResult result{.id = trial.id,
                       .seed = trial.seed,
                       .state = view.state,
                       .epochs = view.epochs,
                       .all_epochs = trial.epochs,
                       .seconds = view.seconds,
                       .reason = view.reason};
    if (database) add_metrics(database->database, trial, at, result);
    PointResult& point = results.points[trial.point];
    point.values = trial.values;
    point.parameters = sizes[trial.point].parameters;
    point.macs = sizes[trial.point].macs;
    point.trials.push_back(std::move(result));
  }
  return results;
}

}  // namespace ag::sweep
