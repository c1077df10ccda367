// The `train` section of an experiment: how long and in what portions to train.
// train_config.cpp says of each key what it may be and means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "framework/config/visitor.h"

namespace ag::train {

struct TrainConfig {
  std::int64_t epochs = 70;
  std::optional<std::int64_t> steps;              // of the whole run; unset: epochs alone count
  std::optional<std::int64_t> global_batch_size;  // pictures, of all ranks
  std::optional<std::int64_t> batch_size;         // pictures, of one rank
  std::string precision = "auto";
  bool sync_batchnorm = false;
  std::int64_t threads = 1;           // of a rank
  std::int64_t validate_every = 1;    // epochs between validations
  double hang_timeout_seconds = 600;  // 0: never

  void visit(config::Visitor& v);

  // Pictures in a step over all ranks; `ranks` matters where only a rank's batch is given.
  std::int64_t global_batch(int ranks) const;
};

}  // namespace ag::train
