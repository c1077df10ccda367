#include <fmt/format.h>

#include <utility>

#include "framework/core/error.h"
#include "framework/nn/classifier.h"
#include "framework/nn/classifier_top.h"
#include "framework/nn/families.h"
#include "framework/nn/head.h"
#include "framework/nn/network.h"

namespace ag::nn {
namespace {

void check(const ModelConfig& config, int input_size) {
  if (input_size < kSmallestInput) {
    throw Error("network", fmt::format("{} pixels a side are too few, at least {} are needed",
                                       input_size, kSmallestInput));
  }
  if (config.depth_multiplier != 1 && config.name != "mobilenet_v1") {
    throw Error("network", config.name + " has no depth multiplier");
  }
}

ParameterStore make_store(const ModelConfig& config, at::ScalarType type, std::uint64_t seed) {
  const at::ScalarType of_parameters = type == at::kBFloat16 ? at::kFloat : type;
  return {of_parameters, seed, config.init == "he" ? Initialization::kHe : Initialization::kGlorot};
}

ModelParts parts_of(const ModelConfig& config, int input_size, std::unique_ptr<Trunk> trunk,
                    const ParameterStore& store) {
  return {config, input_size, std::move(trunk), store.parameters(), store.buffers()};
}

}  // namespace

std::unique_ptr<Network> make_network(const ModelConfig& config, int input_size,
                                      at::ScalarType type, std::uint64_t seed, AgeOutput age) {
  check(config, input_size);
  ParameterStore store = make_store(config, type, seed);
  std::unique_ptr<Trunk> trunk = find_family(config.name).trunk(config, flavour_of(config), store);
  trunk->keep_features_in(type);
  store.begin_head();
  auto head = std::make_unique<Head>(store, HeadOptions{.features = trunk->features(),
                                                        .hidden = config.hidden,
                                                        .dropout = config.dropout,
                                                        .age = age});
  return std::make_unique<Network>(parts_of(config, input_size, std::move(trunk), store),
                                   std::move(head));
}

std::unique_ptr<Classifier> make_classifier(const ModelConfig& config, int input_size,
                                            std::int64_t classes, at::ScalarType type,
                                            std::uint64_t seed) {
  check(config, input_size);
  const Family& family = find_family(config.name);
  const Flavour flavour = flavour_of(config);
  ParameterStore store = make_store(config, type, seed);
  std::unique_ptr<Trunk> trunk = family.trunk(config, flavour, store);
  store.begin_head();
  const Top original = family.top(config, flavour);
  auto top = std::make_unique<ClassifierTop>(
      store,
      ClassifierTopOptions{.kind = original.kind,
                           .features = trunk->features(),
                           .hidden = original.hidden,
                           .classes = classes,
                           .dropout = config.dropout,
                           .bn_act = bn_act_options(config, flavour, kernels::Activation::kRelu)});
  return std::make_unique<Classifier>(parts_of(config, input_size, std::move(trunk), store),
                                      std::move(top));
}

}  // namespace ag::nn
