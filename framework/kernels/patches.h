// What a dense convolution sees of each output pixel, so that it becomes a 1x1 convolution.
#pragma once

#include <ATen/core/Tensor.h>

#include "framework/kernels/convolution.h"

namespace ag::kernels {

// Of `x` [N, C, H, W] on the CPU, channels-last, for a convolution of k by k pixels:
// [N, k * k * C, H', W'], channels-last, in the order row, column, channel, with zeros for what
// lies outside. No graph goes through it.
at::Tensor patches(const at::Tensor& x, const Convolution& convolution);

// The 1x1 convolution of patches that is the same as `convolution`, whose weight it shares where
// that is channels-last; a graph goes through that.
Convolution of_patches(const Convolution& convolution);

}  // namespace ag::kernels
