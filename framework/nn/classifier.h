// A MobileNet with the top that its paper and its implementations give it: pictures in, logits of
// ImageNet's classes out. For weights trained there, and for comparison with the originals.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "framework/nn/model.h"

namespace ag::nn {

class ClassifierTop;

class Classifier final : public Model {
 public:
  // Use make_classifier.
  Classifier(ModelParts parts, std::unique_ptr<ClassifierTop> top);
  ~Classifier();

  // Logits [N, classes]. `pictures` as for features(). Throws Error as it does, and in training for
  // a context without a sample for each real row.
  at::Tensor forward(const at::Tensor& pictures, const ForwardContext& context);

  // Layer by layer, for pictures of the input size.
  Summary summary() const;

 private:
  std::unique_ptr<ClassifierTop> top_;
};

// The classifier for the network that `config` asks for; `config.hidden` isn't read, and
// `config.dropout` drops what the logits are made of. All else as make_network, with the same
// trunk's weights for the same seed.
std::unique_ptr<Classifier> make_classifier(const ModelConfig& config, int input_size,
                                            std::int64_t classes, at::ScalarType type,
                                            std::uint64_t seed);

}  // namespace ag::nn
