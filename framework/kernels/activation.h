// The activations that bn_act ends with, and their derivatives.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ag::kernels {

enum class Activation {
  kNone,
  kRelu,   // max(x, 0)
  kRelu6,  // min(max(x, 0), 6)
};

// Activates `x` [N, C, H, W], whose storage it may take over, and adds `pad_end` rows and columns
// of zeros below and at the right.
at::Tensor activate(at::Tensor x, Activation activation, std::int64_t pad_end);

// The gradient at activate's input, in y's memory format, from that at its output `y`: what isn't
// padding, 0 where y is cut off.
at::Tensor activate_backward(const at::Tensor& grad, const at::Tensor& y, Activation activation,
                             std::int64_t pad_end);

}  // namespace ag::kernels
