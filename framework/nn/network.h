// A MobileNet with two heads: pictures in, logits of age and gender out.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "framework/nn/forward_context.h"
#include "framework/nn/model_config.h"
#include "framework/nn/named_tensor.h"
#include "framework/nn/summary.h"

namespace ag::nn {

inline constexpr std::int64_t kAges = 101;   // classes of the age head: 0 to 100 years
inline constexpr std::int64_t kGenders = 2;  // 0 female, 1 male
inline constexpr int kSmallestInput = 32;    // pixels a side

// Logits, not probabilities.
struct Prediction {
  at::Tensor age;     // [N, 101]
  at::Tensor gender;  // [N, 2]
};

class Block;
class Head;

// Owns its tensors. One thread at a time: forward in training changes the running statistics.
class Network {
 public:
  // Use make_network.
  Network(std::string name, int input_size, std::vector<std::unique_ptr<Block>> blocks,
          std::unique_ptr<Head> head, std::vector<NamedTensor> parameters,
          std::vector<NamedTensor> buffers);
  ~Network();

  // `pictures` [N, 3, S, S], scaled to [-1, 1], channels-last for speed, of the network's own type.
  // Any S of 32 or more will do, whatever the input size that the network was made for. Throws
  // Error for pictures of another shape, and in training for a context without a sample for each
  // real row.
  Prediction forward(const at::Tensor& pictures, const ForwardContext& context);

  // What is trained, in the order of the forward pass; each requires a gradient.
  const std::vector<NamedTensor>& parameters() const { return parameters_; }
  // BatchNorm's running statistics, in the same order.
  const std::vector<NamedTensor>& buffers() const { return buffers_; }

  // Moves every tensor to `device`; handles taken from parameters() and buffers() follow.
  void to(at::Device device);

  // Layer by layer, for pictures of the input size.
  Summary summary() const;

 private:
  std::string name_;
  int input_size_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::unique_ptr<Head> head_;
  std::vector<NamedTensor> parameters_;
  std::vector<NamedTensor> buffers_;
};

// The network that `config` asks for, on the CPU, with fresh weights that are a function of `seed`
// and of each parameter's name alone. `type` is at::kFloat or at::kDouble. Throws a usage error for
// an input under 32 pixels, an unknown name, or a width that leaves a layer without channels.
std::unique_ptr<Network> make_network(const ModelConfig& config, int input_size,
                                      at::ScalarType type, std::uint64_t seed);

}  // namespace ag::nn
