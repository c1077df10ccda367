#include "framework/train/run_identity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <vector>

#include "framework/config/describe.h"
#include "framework/core/age_bands.h"
#include "framework/nn/flavour.h"

namespace ag::train {

std::map<std::string, std::string> run_identity(const Experiment& experiment, const RunPlan& plan,
                                                const data::Dataset& dataset) {
  nn::ModelConfig model = experiment.model;
  model.flavour = nn::flavour_of(model).name;  // an unset key is what it stands for
  model.bn_momentum = nn::bn_momentum_of(model);
  model.weights.reset();  // the checkpoint has them
  std::map<std::string, std::string> identity = {
      {"seed", fmt::format("{}", experiment.seed)},
      {"dataset.path", dataset.info().content_hash},  // the pictures count, not where they lie
      {"dataset.size", fmt::format("{}", experiment.dataset.size)},
      {"train.global_batch_size", fmt::format("{}", plan.global_batch)},
      {"train.precision", experiment.train.precision},
  };
  for (auto& [key, value] : config::flatten(config::visit_of(model)))
    identity["model." + key] = value;
  // The size of the age head, and the order of the pictures.
  identity["loss.age"] = experiment.loss.age;
  if (experiment.loss.age == "ordinal") identity["loss.ordinal"] = experiment.loss.ordinal;
  identity["dataset.balance"] = experiment.dataset.balance;
  if (experiment.dataset.balance != "none") {
    const AgeBands bands = data::balance_bands(experiment.dataset);
    std::vector<std::string> names;
    for (std::size_t band = 0; band < bands.count(); ++band) names.push_back(bands.name(band));
    identity["dataset.balance's bands"] = fmt::format("{}", fmt::join(names, " "));
  }
  return identity;
}

}  // namespace ag::train
