// A program of somebody else's: uses a network, a shuffled order and LibTorch from the installed
// package.
#include <ATen/ATen.h>

#include <cstdint>
#include <cstdio>
#include <set>

#include "framework/core/version.h"
#include "framework/data/permutation.h"
#include "framework/nn/network.h"

int main() {
  const auto network = ag::nn::make_network(ag::nn::ModelConfig{}, 224, at::kFloat, 1);
  std::int64_t numbers = 0;
  for (const auto& parameter : network->parameters()) numbers += parameter.tensor.numel();
  for (const auto& buffer : network->buffers()) numbers += buffer.tensor.numel();
  // Keras's MobileNet without its top, then dense 1024, 101 ages and 2 genders, with their biases.
  const std::int64_t expected = 3'228'864 + 1025 * 1024 + 1025 * 101 + 1025 * 2;

  const auto logits = network->forward(at::zeros({2, 3, 64, 64}), {});
  std::set<std::uint32_t> seen;
  for (std::uint32_t position = 0; position < 10; ++position) {
    seen.insert(ag::data::permute(1, 0, position, 10));
  }
  const bool right =
      numbers == expected && logits.age.sizes() == at::IntArrayRef({2, 101}) && seen.size() == 10;
  std::printf("agtrain %s from outside: %s\n", ag::kVersion, right ? "right" : "WRONG");
  return right ? 0 : 1;
}
