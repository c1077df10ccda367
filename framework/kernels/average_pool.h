// Global average pooling: what stands between a network's features and its head.
//
// Source: Lin et al., "Network In Network", 2013.
#pragma once

#include <ATen/core/Tensor.h>

#include "framework/kernels/features.h"

namespace ag::kernels {

// [N, C, H, W] to the means [N, C] of each channel's pixels; float where features are bfloat16, and
// of their type otherwise. Features that own kernels left raw are read once each way, and their
// value is never written; others go through ATen, the reference.
at::Tensor average_pool(Features x);

}  // namespace ag::kernels
