// Version 1; what has no version is of that one, too. sweep.json is an object of:
//
//   version            1
//   config             the sweep's own settings, as YAML
//   file               the sweep's file that it was made of
//   parameters         the swept keys: ["model.width", …]
//   base               the base experiment, resolved, as YAML
//   working_folder     absolute: where relative paths of the experiment begin
//   threads            of a rank
//   points             how many combinations of values there are
//   database           absolute path of the tracking database
//   lower_is_better    of the sweep's metric
//   trials             in the order that they are to be started in, each an object of
//     id                 of its run: 12 hex digits
//     point              from 0
//     seed               of training
//     epochs             that its configuration asks for
//     values             of each parameter, as YAML writes them: ["0.5", …]
//     assignments        for agtrain: ["model.width=0.5", …]
#include "launch/sweep/plan_file.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "framework/config/config_reader.h"
#include "framework/config/describe.h"
#include "framework/core/error.h"

namespace ag::sweep {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPlanVersion = 1;

Json json_of(const Trial& trial) {
  return {{"id", trial.id},         {"point", trial.point},   {"seed", trial.seed},
          {"epochs", trial.epochs}, {"values", trial.values}, {"assignments", trial.assignments}};
}

Trial trial_of(const Json& json) {
  return {.id = json.at("id"),
          .point = json.at("point"),
          .values = json.at("values"),
          .seed = json.at("seed"),
          .assignments = json.at("assignments"),
          .epochs = json.at("epochs")};
}

void check_version(int version, const std::string& name) {
  if (version == kPlanVersion) return;
  throw Error(name,
              fmt::format("this sweep's plan has version {}, this program reads version {}",
                          version, kPlanVersion),
              "use the agsweep that wrote it, or a later one");
}

}  // namespace

std::string to_json(const Plan& plan) {
  SweepConfig config = plan.config;
  Json trials = Json::array();
  for (const Trial& trial : plan.trials) trials.push_back(json_of(trial));
  const Json json = {{"version", kPlanVersion},
                     {"config", config::to_yaml(config::visit_of(config))},
                     {"file", config.file.string()},
                     {"parameters", plan.parameters()},
                     {"base", plan.base_yaml},
                     {"working_folder", plan.working_folder},
                     {"threads", plan.threads},
                     {"points", plan.points},
                     {"database", plan.database},
                     {"lower_is_better", plan.lower_is_better},
                     {"trials", trials}};
  return json.dump(1) + "\n";
}

Plan plan_from_json(const std::string& text, const std::string& name) {
  try {
    const Json json = Json::parse(text);
    check_version(json.value("version", kPlanVersion), name);
    Plan plan;
    config::ConfigReader reader(config::visit_of(plan.config));
    reader.read_text(json.at("config"), name);
    plan.config.file = json.at("file").get<std::string>();
    for (const std::string key : json.at("parameters")) {
      plan.config.parameters.push_back({.key = key});
    }
    plan.base_yaml = json.at("base");
    plan.working_folder = json.at("working_folder");
    plan.threads = json.at("threads");
    plan.points = json.at("points");
    plan.database = json.at("database");
    plan.lower_is_better = json.at("lower_is_better");
    for (const Json& trial : json.at("trials")) plan.trials.push_back(trial_of(trial));
    return plan;
  } catch (const Json::exception& fault) {
    throw Error(name, fmt::format("isn't a sweep's plan: {}", fault.what()),
                "begin the sweep again: agsweep run its file; what it has trained is kept");
  }
}

}  // namespace ag::sweep
