// How the tensors of a network lie elsewhere: in Keras's applications, timm and torchvision. In
// both directions.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace ag::weights {

// How the other side lays out a tensor of ours.
enum class Layout {
  kSame,
  kConv,          // [kH, kW, I, O] for our [O, I, kH, kW]
  kDepthwise,     // [kH, kW, C, M] for our [C * M, 1, kH, kW]
  kDense,         // [I, O] for our [O, I]
  kConvOfDense,   // [1, 1, I, O] for our [O, I]: Keras's last layer as a 1x1 convolution
  kLinearOfConv,  // [O, I] for our [O, I, 1, 1]
};

// Both return packed tensors (C order). `foreign` must have the layout's number of dimensions;
// `multiplier` is the M of kDepthwise, and of no meaning elsewhere.
at::Tensor to_foreign(const at::Tensor& ours, Layout layout, std::int64_t multiplier);
at::Tensor to_ours(const at::Tensor& foreign, Layout layout);

// The dimensions that the other side has a tensor of our `shape` in.
std::vector<std::int64_t> foreign_shape(at::IntArrayRef shape, Layout layout,
                                        std::int64_t multiplier);

}  // namespace ag::weights
