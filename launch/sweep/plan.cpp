#include "launch/sweep/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "framework/config/config_reader.h"
#include "framework/config/describe.h"
#include "framework/core/error.h"
#include "framework/core/metric_direction.h"
#include "framework/core/philox.h"
#include "framework/core/text.h"
#include "framework/core/xxh3.h"
#include "framework/nn/loss.h"
#include "launch/experiment/agtrain_config.h"
#include "launch/sweep/parameter_file.h"

namespace ag::sweep {
namespace {

using launch::AgtrainConfig;

std::string id_of(AgtrainConfig config, std::int64_t ranks) {
  config.experiment.name.clear();
  config.experiment.checkpoint = {};
  config.experiment.train.hang_timeout_seconds = {};
  config.tracking = {};
  const std::string text =
      fmt::format("{}\nranks: {}", config::to_yaml(config::visit_of(config)), ranks);
  return hex(xxh3(text)).substr(0, 12);
}

// "width" of "model.width".
std::string short_key(const std::string& key) {
  return key.substr(key.rfind('.') + 1);
}

std::string short_title(const std::vector<Parameter>& parameters,
                        const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < values.size(); ++i) {
    words.push_back(fmt::format("{}={}", short_key(parameters[i].key), values[i]));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

// Where the sweep's file says it. A plan that was read back knows the file alone.
std::string line_of(const SweepConfig& config, const std::string& assignment) {
  const auto line = config.lines.find(assignment.substr(0, assignment.find('=')));
  return line == config.lines.end() ? config.file.string() : line->second;
}

// What trials have reached is read from one database.
void require_one_database(const Plan& plan, const AgtrainConfig& config) {
  if (config.tracking.database == plan.database) return;
  throw usage_error(plan.config.file, "its runs would be in several tracking databases",
                    "leave tracking.database out of parameters and set; name it in the base");
}

void require_known(const MetricConfig& metric, const std::filesystem::path& file) {
  std::vector<std::string> known = {"train/images_per_second"};
  for (const char* prefix : {"val", "train"}) {
    for (std::string& name : nn::metric_names(prefix)) known.push_back(std::move(name));
  }
  if (std::ranges::find(known, metric.name) != known.end()) return;
  const std::string near = nearest_word(metric.name, known);
  throw usage_error(file, fmt::format("there is no metric '{}'", metric.name),
                    near.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                                 : fmt::format("the nearest is '{}'", near));
}

bool lower_is_better_for(const MetricConfig& metric) {
  if (metric.goal.empty()) return lower_is_better(metric.name);
  return metric.goal == "minimize";
}

// Where trials are judged by those before them, a grid in its order (learning rates from low to
// high) would let each pass that is a little better than the last.
std::vector<std::size_t> starting_order(std::size_t points, const SweepConfig& config) {
  std::vector<std::size_t> order(points);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (config.early_terminate.type == "none") return order;
  RandomStream stream(
      {.seed = static_cast<std::uint64_t>(config.seed), .epoch = 1, .purpose = Purpose::kSweep});
  for (std::size_t left = points; left > 1; --left) {
    std::swap(order[left - 1], order[stream.below(static_cast<std::uint32_t>(left))]);
  }
  return order;
}

// Every seed comes after every point has had the one before, so that what is known early is known
// of all points.
void add_trials(Plan& plan, const std::vector<std::vector<std::string>>& points,
                std::int64_t base_seed) {
  const SweepConfig& config = plan.config;
  const std::vector<std::int64_t> seeds =
      config.seeds.empty() ? std::vector{base_seed} : config.seeds;
  const std::vector<std::size_t> order = starting_order(points.size(), config);
  std::map<std::string, std::string> seen;
  for (const std::int64_t seed : seeds) {
    for (const std::size_t point : order) {
      Trial trial{.point = point, .values = points[point], .seed = seed};
      trial.assignments = config.set;
      for (std::size_t i = 0; i < points[point].size(); ++i) {
        trial.assignments.push_back(
            fmt::format("{}={}", config.parameters[i].key, points[point][i]));
      }
      if (!config.seeds.empty()) trial.assignments.push_back(fmt::format("seed={}", seed));
      const std::string title = short_title(config.parameters, trial.values);
      trial.assignments.push_back("name=" + as_yaml(title));
      trial.assignments.push_back("tracking.experiment=" + as_yaml(config.name));
      const AgtrainConfig resolved = resolve(plan, trial);
      require_one_database(plan, resolved);
      plan.threads = std::max(plan.threads, resolved.experiment.train.threads);
      trial.seed = resolved.experiment.seed;
      trial.epochs = resolved.experiment.train.epochs;
      trial.id = id_of(resolved, config.launcher.ranks);
      const std::string whole = fmt::format("{} seed={}", title, trial.seed);
      if (const auto [other, is_new] = seen.emplace(trial.id, whole); !is_new) {
        throw usage_error(config.file,
                          fmt::format("{} and {} are the same experiment", other->second, whole),
                          "take one of them out");
      }
      plan.trials.push_back(std::move(trial));
    }
  }
}

}  // namespace

std::vector<std::string> Plan::parameters() const {
  std::vector<std::string> keys;
  for (const Parameter& parameter : config.parameters) keys.push_back(parameter.key);
  return keys;
}

Plan make_plan(const SweepConfig& config) {
  Plan plan{.config = config};
  AgtrainConfig base = launch::load_experiment(config.base_path(), {});
  const std::optional<std::filesystem::path> database = tracking::database_path(base.tracking);
  if (!database) {
    throw usage_error(config.base_path(), "its runs aren't tracked (tracking.database is null)",
                      "a sweep compares its runs in the tracking database: name one");
  }
  plan.database = *database;
  plan.working_folder = std::filesystem::current_path();
  base.tracking.database = *database;
  plan.base_yaml = config::to_yaml(config::visit_of(base));
  require_known(config.metric, config.file);
  plan.lower_is_better = lower_is_better_for(config.metric);
  const auto points = config.method == "grid" ? grid(config.parameters)
                                              : draw(config.parameters, config.runs, config.seed);
  plan.points = points.size();
  add_trials(plan, points, base.experiment.seed);
  return plan;
}

AgtrainConfig resolve(const Plan& plan, const Trial& trial) {
  AgtrainConfig config;
  config::ConfigReader reader(config::visit_of(config));
  reader.read_text(plan.base_yaml, plan.config.base);
  for (const std::string& assignment : trial.assignments)
    reader.assign(assignment, line_of(plan.config, assignment));
  try {
    reader.validate();
  } catch (const Error& error) {
    // It may show in a key of the base that doesn't go with the trial's.
    throw usage_error("", fmt::format("{} (in the trial {})", error.what(),
                                      short_title(plan.config.parameters, trial.values)));
  }
  return config;
}

std::string title_of(const Plan& plan, const Trial& trial) {
  std::string title = short_title(plan.config.parameters, trial.values);
  if (plan.config.seeds.size() > 1) title += fmt::format(" seed={}", trial.seed);
  return title;
}

}  // namespace ag::sweep
