// The networks there are. Each family is a table of its blocks in a file of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "framework/nn/block.h"
#include "framework/nn/model_config.h"
#include "framework/nn/parameter_store.h"

namespace ag::nn {

struct Trunk {
  std::vector<std::unique_ptr<Block>> blocks;
  std::int64_t features = 0;  // channels that come out
};

Trunk make_mobilenet_v1(const ModelConfig& config, ParameterStore& store);

}  // namespace ag::nn
