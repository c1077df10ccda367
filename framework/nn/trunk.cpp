#include "framework/nn/trunk.h"

#include <c10/core/GradMode.h>

#include <utility>

namespace ag::nn {

kernels::Features Trunk::forward(const at::Tensor& pictures, const ForwardContext& context) {
  kernels::Features x = scaled(scaling_, pictures.contiguous(at::MemoryFormat::ChannelsLast))
                            .to(features_in_.value_or(pictures.scalar_type()));
  for (const PlacedBlock& placed : blocks_) {
    const bool frozen = context.training && placed.stage < context.frozen_stages;
    const c10::AutoGradMode graph(c10::GradMode::is_enabled() && !frozen);
    x = placed.block->forward(std::move(x), context);
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

ValueId Trunk::trace(GraphBuilder& builder) const {
  ValueId value = builder.input();
  for (const PlacedBlock& placed : blocks_) value = placed.block->trace(builder, value);
  return value;
}

}  // namespace ag::nn
