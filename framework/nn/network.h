// A MobileNet with two heads: pictures in, logits of age and gender out.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "framework/nn/age_output.h"
#include "framework/nn/graph.h"
#include "framework/nn/model.h"

namespace ag::nn {

inline constexpr std::int64_t kGenders = 2;  // 0 female, 1 male

struct Prediction {
  at::Tensor age;     // [N, A] as the network's AgeOutput says; expected_age() reads any of them
  at::Tensor gender;  // [N, 2] logits
};

// The same in a graph.
struct TracedPrediction {
  ValueId age = 0;
  ValueId gender = 0;
};

class Head;

class Network final : public Model {
 public:
  // Use make_network.
  Network(ModelParts parts, std::unique_ptr<Head> head);
  ~Network();

  // `pictures` as for features(). Throws Error as it does, and in training for a context without a
  // sample for each real row. Without a graph, in evaluation on a CPU, a few pictures go through
  // all layers together, so that what one layer writes is in a cache when the next one reads it.
  Prediction forward(const at::Tensor& pictures, const ForwardContext& context);

  // Layer by layer, for pictures of the input size.
  Summary summary() const;

  // Appends all that it computes in evaluation, of pictures of the input size that are scaled as
  // its flavour wants.
  TracedPrediction trace(GraphBuilder& builder) const;

 private:
  Prediction forward_together(const at::Tensor& pictures, const ForwardContext& context);
  std::int64_t pictures_together(const at::Tensor& pictures) const;

  std::unique_ptr<Head> head_;
  std::int64_t widest_ = 1;  // numbers in the largest features of a picture of the input size
};

// The network that `config` asks for, on the CPU, with fresh weights that are a function of `seed`
// and of each parameter's name alone. `type` is at::kFloat or at::kDouble, or at::kBFloat16 for
// float parameters and bfloat16 features between layers, on the CPU; `age` is what the loss wants
// of the age head, age_output(loss). Throws Error for an input under 32 pixels or a depth
// multiplier of a network that has none, and a usage error for an unknown name or flavour, or a
// width that leaves a layer without channels.
std::unique_ptr<Network> make_network(const ModelConfig& config, int input_size,
                                      at::ScalarType type, std::uint64_t seed,
                                      AgeOutput age = AgeOutput::kClasses);

}  // namespace ag::nn
