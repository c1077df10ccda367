// The activations that bn_act ends with, and their derivatives.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "framework/kernels/cpu/activation_kind.h"

namespace ag::kernels {

// "relu6", ...; "" for none.
std::string name_of(Activation activation);

// Whether the derivative is told by what goes in alone. The others' is told by what comes out,
// which the next layer keeps anyway.
bool derivative_wants_input(Activation activation);

struct Activated {
  at::Tensor y;     // [N, C, H + pad_end, W + pad_end]
  at::Tensor kept;  // what activate_backward wants: y, the input, or nothing
};

// Activates `x` [N, C, H, W], whose storage it may take over, and adds `pad_end` rows and columns
// of zeros below and at the right.
Activated activate(const at::Tensor& x, Activation activation, std::int64_t pad_end);

// The gradient at activate's input, without padding and in the memory format of `like`, from that
// at its output and from what it kept.
at::Tensor activate_backward(const at::Tensor& grad, const at::Tensor& kept, const at::Tensor& like,
                             Activation activation, std::int64_t pad_end);

}  // namespace ag::kernels
