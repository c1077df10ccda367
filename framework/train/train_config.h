// The `train` section of an experiment: how long and in what portions to train.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "framework/config/visitor.h"

namespace ag::train {

struct TrainConfig {
  std::int64_t epochs = 70;
  std::optional<std::int64_t> steps;
  std::optional<std::int64_t> global_batch_size;
  std::optional<std::int64_t> batch_size;
  std::string precision = "auto";
  bool sync_batchnorm = false;
  std::int64_t threads = 1;
  std::int64_t validate_every = 1;
  double hang_timeout_seconds = 600;

  void visit(config::Visitor& v);

  // Pictures in a step over all ranks; `ranks` matters where only a rank's batch is given.
  std::int64_t global_batch(int ranks) const;
};

}  // namespace ag::train
