// How many zeros a convolution puts around its input.
#pragma once

#include <cstdint>

#include "framework/kernels/convolution.h"

namespace ag::nn {

enum class Padding {
  // TensorFlow's and Keras's `same`: the output has ceil(size / stride) numbers; where an odd
  // number of zeros is wanted, the odd one stands at the end. Keras's `correct_pad`, which
  // MobileNet V2 and V3 have at their strides, comes to the same.
  kSame,
  // Keras's ZeroPadding2D(((0, 1), (0, 1))) before a convolution without padding, which MobileNet
  // V1 has at its strides. It differs from `same` at odd sizes.
  kOneAtEnd,
  // PyTorch's habit: (kernel - 1) / 2 on either side.
  kSymmetric,
};

using kernels::Margin;

// Zeros along one axis of `size` pixels for a filter of `kernel` that moves by `stride`; each is 1
// or more.
Margin margin(Padding padding, std::int64_t size, std::int64_t kernel, std::int64_t stride);

// What a convolution makes of `size` numbers: (begin + size + end - kernel) / stride + 1, rounded
// down, with that margin.
std::int64_t output_size(Padding padding, std::int64_t size, std::int64_t kernel,
                         std::int64_t stride);

}  // namespace ag::nn
