// The convolutional part of a network: pictures in, features out.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
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

  // `pictures` [N, 3, H, W], pixels scaled to [-1, 1] whatever the network wants: it scales them on
  // itself. Returns [N, C, h, w], channels-last. In training the frozen stages have no graph.
  at::Tensor forward(const at::Tensor& pictures, const ForwardContext& context);

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
  std::vector<PlacedBlock> blocks_;
};

}  // namespace ag::nn
