#include "framework/train/run_identity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <vector>

#include "framework/config/describe.h"
#include "framework/core/age_bands.h"
#include "framework/core/error.h"
#include "framework/nn/flavour.h"

namespace ag::train {
namespace {

constexpr const char* kPictures = "dataset.path";  // they count, not where they lie

}  // namespace

RunIdentity run_identity(const Experiment& experiment, const RunPlan& plan,
                         const data::Dataset& dataset) {
  nn::ModelConfig model = experiment.model;
  model.flavour = nn::flavour_of(model).name;  // an unset key is what it stands for
  model.bn_momentum = nn::bn_momentum_of(model);
  model.weights.reset();  // the checkpoint has them
  RunIdentity identity = {
      {"seed", fmt::format("{}", experiment.seed)},
      {kPictures, dataset.info().content_hash},
      {"dataset.size", fmt::format("{}", experiment.dataset.size)},
      {"train.global_batch_size", fmt::format("{}", plan.global_batch)},
      {"train.precision", experiment.train.precision},
      {"optimizer.name", experiment.optimizer.name},  // whose state the checkpoint holds
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

void require_same_run(const std::filesystem::path& checkpoint, const RunIdentity& saved,
                      const RunIdentity& own, const std::filesystem::path& dataset) {
  for (const auto& [key, value] : own) {
    const auto entry = saved.find(key);
    if (entry == saved.end() || entry->second == value) continue;
    if (key == kPictures) {
      throw usage_error(
          checkpoint,
          fmt::format("was trained on other pictures than {} holds now", dataset.string()),
          "set dataset.path to those, or start a new run without --resume");
    }
    throw usage_error(checkpoint,
                      fmt::format("was saved with {} = {}, but the experiment says {}", key,
                                  entry->second, value),
                      "set it as it was, or start a new run without --resume");
  }
}

}  // namespace ag::train
