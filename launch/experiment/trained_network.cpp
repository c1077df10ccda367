#include "launch/experiment/trained_network.h"

#include <fmt/format.h>

#include "framework/config/config_reader.h"
#include "framework/train/run_folder.h"

namespace ag::launch {

std::string TrainedNetwork::title() const {
  const nn::ModelConfig& model = config.experiment.model;
  return fmt::format("{} {:#} at {}", model.name, model.width, size());
}

TrainedNetwork read_trained_network(const std::string& what, const std::filesystem::path& runs,
                                    const std::optional<std::string>& precision) {
  const std::filesystem::path path = train::checkpoint_to_use(what, runs);
  train::Checkpoint checkpoint = train::Checkpoint::read(path);
  AgtrainConfig config;
  config::ConfigReader reader(config::visit_of(config));
  reader.read_text(checkpoint.state().config_yaml, path.string() + ", its configuration");
  reader.validate();
  train::Experiment& experiment = config.experiment;
  if (precision) experiment.train.precision = *precision;
  std::unique_ptr<nn::Network> network = train::make_network(experiment);
  checkpoint.restore(*network);
  const nn::Flavour flavour = nn::flavour_of(experiment.model);
  return {std::move(checkpoint), std::move(config), flavour, std::move(network)};
}

}  // namespace ag::launch
