// Dropout of what a head or a top is made of, as the context of a forward pass tells it.
#pragma once

#include <ATen/core/Tensor.h>

#include "framework/nn/forward_context.h"

namespace ag::nn {

// `x` [N, F]: in training with a share `p` of its numbers dropped (see kernels::dropout), else as
// it is.
at::Tensor dropout(const at::Tensor& x, double p, const ForwardContext& context);

}  // namespace ag::nn
