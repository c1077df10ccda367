#include "framework/nn/trunk.h"

#include <c10/core/GradMode.h>

namespace ag::nn {
namespace {

at::Tensor per_channel(const std::array<double, 3>& numbers, const at::Tensor& like) {
  return at::tensor(at::ArrayRef<double>(numbers.data(), numbers.size()), at::kDouble)
      .to(like.options())
      .view({1, 3, 1, 1});
}

}  // namespace

// With p in [-1, 1] a pixel is (p + 1) / 2, so that (pixel - mean) / std is
// p * 0.5 / std + (0.5 - mean) / std.
at::Tensor Trunk::scaled(const at::Tensor& pictures) const {
  if (scaling_ == PictureScaling{}) return pictures;
  std::array<double, 3> factor{};
  std::array<double, 3> shift{};
  for (std::size_t i = 0; i < factor.size(); ++i) {
    factor[i] = 0.5 / scaling_.std[i];
    shift[i] = (0.5 - scaling_.mean[i]) / scaling_.std[i];
  }
  return (pictures * per_channel(factor, pictures)).add_(per_channel(shift, pictures));
}

at::Tensor Trunk::forward(const at::Tensor& pictures, const ForwardContext& context) {
  at::Tensor x = scaled(pictures.contiguous(at::MemoryFormat::ChannelsLast));
  for (const PlacedBlock& placed : blocks_) {
    const bool frozen = context.training && placed.stage < context.frozen_stages;
    const c10::AutoGradMode graph(c10::GradMode::is_enabled() && !frozen);
    x = placed.block->forward(x, context);
  }
  return x;
}

Shape Trunk::describe(const Shape& picture, std::vector<LayerSummary>& layers) const {
  Shape shape = picture;
  for (const PlacedBlock& placed : blocks_) shape = placed.block->describe(shape, layers);
  return shape;
}

std::int64_t Trunk::features() const {
  std::vector<LayerSummary> layers;
  return describe({3, kSmallestInput, kSmallestInput}, layers).channels;
}

}  // namespace ag::nn
