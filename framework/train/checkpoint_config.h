// The `checkpoint` section of an experiment: when and where the state of training is saved.
// checkpoint_config.cpp says of each key what it may be and means.
#pragma once

#include <cstdint>
#include <string>

#include "framework/config/visitor.h"

namespace ag::train {

struct CheckpointConfig {
  std::string directory = "runs";
  std::int64_t keep_last = 3;        // files
  std::string best = "val/age_mae";  // metric
  std::int64_t every_epochs = 1;     // epochs between checkpoints
  std::int64_t every_steps = 0;      // steps between more of them; 0: none within an epoch

  void visit(config::Visitor& v);
};

}  // namespace ag::train
