// The convolutional part of a network: pictures in, features out.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "framework/nn/block.h"
#include "framework/nn/flavour.h"
#include "framework/nn/parameter_store.h"

namespace ag::nn {

class Trunk {
 public:
  explicit Trunk(const PictureScaling& scaling) : scaling_(scaling) {}

  // Appends a block, which lies in the stage that the store has come to.
  template <class SomeBlock, class... Arguments>
  void add(ParameterStore& store, Arguments&&... arguments) {
    blocks_.push_back(
        {store.stage(), std::make_unique<SomeBlock>(store, std::forward<Arguments>(arguments)...)});
  }

  // The type of what passes between blocks; unless set, that of the pictures.
  void keep_features_in(at::ScalarType type) { features_in_ = type; }

  // `pictures` [N, 3, H, W], pixels scaled to [-1, 1] whatever the network wants: it scales them on
  // itself. Returns [N, C, h, w], in the type that passes between blocks. In training the frozen
  // stages have no graph.
  kernels::Features forward(const at::Tensor& pictures, const ForwardContext& context);

  // Appends all layers for a picture of that shape, and returns the features'.
  Shape describe(const Shape& picture, std::vector<LayerSummary>& layers) const;

  // Appends what the blocks compute of pictures that are scaled already, and returns the features.
  ValueId trace(GraphBuilder& builder) const;

  std::int64_t features() const;  // channels that come out

 private:
  struct PlacedBlock {
    int stage;  // see NamedTensor
    std::unique_ptr<Block> block;
  };

  PictureScaling scaling_;
  std::optional<at::ScalarType> features_in_;
  std::vector<PlacedBlock> blocks_;
};

}  // namespace ag::nn
