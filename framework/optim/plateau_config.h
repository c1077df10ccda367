// The `plateau` section of an experiment; what is done with it stands in plateau.h.
// plateau_config.cpp says of each key what it may be and means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "framework/config/visitor.h"

namespace ag::optim {

struct PlateauConfig {
  std::optional<std::string> metric;  // "val/loss"; null: off
  double factor = 0.1;
  std::int64_t patience = 5;  // measurements of the metric
  double threshold = 1e-4;    // absolute, in the metric's unit
  std::int64_t cooldown = 0;  // measurements
  double min_lr = 0;

  void visit(config::Visitor& v);
};

}  // namespace ag::optim
