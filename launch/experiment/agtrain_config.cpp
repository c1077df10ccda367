#include "launch/experiment/agtrain_config.h"

#include "framework/config/config_reader.h"

namespace ag::launch {

void AgtrainConfig::visit(config::Visitor& v) {
  experiment.visit(v);
  v.section("tracking", tracking, "where the run's metrics are kept");
}

AgtrainConfig load_experiment(const std::filesystem::path& file,
                              const std::vector<std::string>& assignments) {
  auto config = config::load<AgtrainConfig>(file, assignments);
  if (config.experiment.name.empty()) config.experiment.name = file.stem().string();
  return config;
}

}  // namespace ag::launch
