// Everything that an experiment file may say to agtrain.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/config/visitor.h"
#include "framework/train/experiment.h"
#include "tracking/tracking_config.h"

namespace ag::launch {

struct AgtrainConfig {
  train::Experiment experiment;
  tracking::TrackingConfig tracking;

  void visit(config::Visitor& v);
};

// The file, then "key=value" words, then the check; an experiment without a name gets the file's.
// Throws what config::load throws.
AgtrainConfig load_experiment(const std::filesystem::path& file,
                              const std::vector<std::string>& assignments);

}  // namespace ag::launch
