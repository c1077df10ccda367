// The `finetune` section of an experiment: how a trunk that has learnt already is adapted. Stages
// and epochs are counted as in finetune.h.
#pragma once

#include <cstdint>
#include <optional>

#include "framework/config/visitor.h"

namespace ag::train {

struct FinetuneConfig {
  std::int64_t frozen_stages = 0;  // the first ones; their BatchNorms' statistics stand still too
  double backbone_lr = 1;          // the trunk's learning rate over the head's
  std::optional<std::int64_t> unfreeze_epoch;  // epochs that pass before the first is thawed
  std::int64_t unfreeze_every = 0;             // epochs between two stages; 0: all at once

  void visit(config::Visitor& v);
};

}  // namespace ag::train
