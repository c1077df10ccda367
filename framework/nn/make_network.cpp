#include <fmt/format.h>

#include "framework/core/error.h"
#include "framework/nn/families.h"
#include "framework/nn/head.h"
#include "framework/nn/network.h"

namespace ag::nn {
namespace {

Trunk make_trunk(const ModelConfig& config, ParameterStore& store) {
  if (config.name == "mobilenet_v1") return make_mobilenet_v1(config, store);
  throw usage_error("model.name", "there is no network '" + config.name + "'",
                    "mobilenet_v1 is there");
}

}  // namespace

std::unique_ptr<Network> make_network(const ModelConfig& config, int input_size,
                                      at::ScalarType type, std::uint64_t seed) {
  if (input_size < kSmallestInput) {
    throw usage_error("dataset.size",
                      fmt::format("{} pixels are too few for this network", input_size),
                      fmt::format("use at least {}", kSmallestInput));
  }
  ParameterStore store(type, seed,
                       config.init == "he" ? Initialization::kHe : Initialization::kGlorot);
  Trunk trunk = make_trunk(config, store);
  auto head = std::make_unique<Head>(
      store,
      HeadOptions{.features = trunk.features, .hidden = config.hidden, .dropout = config.dropout});
  return std::make_unique<Network>(
      fmt::format("{} {:#} at {}", config.name, config.width, input_size), input_size,
      std::move(trunk.blocks), std::move(head), store.parameters(), store.buffers());
}

}  // namespace ag::nn
