// The `checkpoint` section of an experiment: when and where the state of training is saved.
#pragma once

#include <cstdint>
#include <string>

#include "framework/config/visitor.h"

namespace ag::train {

struct CheckpointConfig {
  std::string directory = "runs";
  std::int64_t keep_last = 3;
  std::string best = "val/age_mae";
  std::int64_t every_epochs = 1;
  std::int64_t every_steps = 0;

  void visit(config::Visitor& v);
};

}  // namespace ag::train
