// Networks with numbers of their own, for tests of what they become.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "framework/core/philox.h"
#include "framework/nn/flavour.h"
#include "framework/nn/network.h"
#include "framework/nn/weights/names.h"

namespace ag::test {

// Numbers in [low, high) that depend on `seed` alone.
inline at::Tensor drawn(at::IntArrayRef shape, double low, double high, std::uint32_t seed) {
  at::Tensor tensor = at::empty(shape, at::kFloat);
  RandomStream random({5, 0, seed, Purpose::kSample});
  auto* numbers = tensor.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    numbers[i] = static_cast<float>(random.uniform(low, high));
  return tensor;
}

// Noise [count, 3, size, size] in [-1, 1], each picture of another strength and brightness.
inline at::Tensor varied_pictures(std::int64_t count, std::int64_t size) {
  at::Tensor pictures = drawn({count, 3, size, size}, -1, 1, 77);
  for (std::int64_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(i + 1) / static_cast<double>(count);
    pictures[i].mul_(share).add_((1 - share) * (i % 2 == 0 ? 1 : -1));
  }
  return pictures;
}

// A network as training leaves one: BatchNorms with numbers of their own, whose statistics are
// those of varied_pictures, and a head that says different things of different pictures.
inline std::unique_ptr<nn::Network> lively_network(nn::ModelConfig config, int size,
                                                   at::ScalarType type = at::kFloat,
                                                   nn::AgeOutput age = nn::AgeOutput::kClasses) {
  constexpr std::int64_t kSeen = 16;
  config.bn_momentum = 0;  // one step, and the statistics are the batch's
  config.dropout = 0;
  std::unique_ptr<nn::Network> network = nn::make_network(config, size, type, 11, age);
  const c10::NoGradGuard no_grad;
  std::uint32_t seed = 0;
  for (const nn::NamedTensor& named : network->parameters()) {
    const at::Tensor& tensor = named.tensor;
    ++seed;
    if (named.kind == nn::TensorKind::kNormWeight)
      tensor.copy_(drawn(tensor.sizes(), 0.5, 1.5, seed));
    if (named.kind == nn::TensorKind::kNormBias || named.kind == nn::TensorKind::kBias)
      tensor.copy_(drawn(tensor.sizes(), -0.3, 0.3, seed));
    if (named.kind == nn::TensorKind::kWeight) {
      // He's rule, by the inputs of each output: what a layer makes is as large as what it takes.
      const double limit = std::sqrt(6 / static_cast<double>(tensor.numel() / tensor.size(0)));
      tensor.copy_(drawn(tensor.sizes(), -limit, limit, seed));
    }
  }
  std::vector<std::uint32_t> samples(kSeen);
  nn::ForwardContext training;
  training.training = true;
  training.real = kSeen;
  training.samples = samples;
  network->forward(varied_pictures(kSeen, size).to(type), training);
  return network;
}

// Every family in every flavour.
inline std::vector<nn::ModelConfig> all_models(double width) {
  std::vector<nn::ModelConfig> models;
  for (const std::string& family : nn::family_names()) {
    for (const std::string& flavour : nn::flavour_names(family)) {
      nn::ModelConfig model;
      model.name = family;
      model.flavour = flavour;
      model.width = width;
      model.hidden = 32;
      models.push_back(model);
    }
  }
  return models;
}

inline std::string name_of(const nn::ModelConfig& model) {
  return model.name + " " + *model.flavour;
}

}  // namespace ag::test
