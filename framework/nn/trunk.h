// The convolutional part of a network: pictures in, features out.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <utility>
#include <vector>

#include "framework/nn/block.h"
#include "framework/nn/flavour.h"

namespace ag::nn {

class Trunk {
 public:
  explicit Trunk(const PictureScaling& scaling) : scaling_(scaling) {}

  // Appends a block.
  template <class SomeBlock, class... Arguments>
  void add(Arguments&&... arguments) {
    blocks_.push_back(std::make_unique<SomeBlock>(std::forward<Arguments>(arguments)...));
  }

  // `pictures` [N, 3, H, W], pixels scaled to [-1, 1] whatever the network wants: it scales them on
  // itself. Returns [N, C, h, w], channels-last.
  at::Tensor forward(const at::Tensor& pictures, const ForwardContext& context);

  // Appends all layers for a picture of that shape, and returns the features'.
  Shape describe(const Shape& picture, std::vector<LayerSummary>& layers) const;

  std::int64_t features() const;  // channels that come out

 private:
  at::Tensor scaled(const at::Tensor& pictures) const;

  PictureScaling scaling_;
  std::vector<std::unique_ptr<Block>> blocks_;
};

}  // namespace ag::nn
