// What the kernels on channels-last features share: features whose BatchNorm and activation are
// left to whoever reads them, and the way of a gradient back through both.
//
// A convolution writes its raw output y once, and sums over it. Its reader computes
//   a = activation(z), z = y * scale + shift
// on the way into its own arithmetic, so that neither z nor a ever lies in memory. Backward, the
// reader writes dz = da * activation'(z) and sums over it, from which BatchNorm's gradient is
//   dy = dz * of_dz + y * of_y + constant
// with three numbers a channel, and that is computed as it is read, too.
//
// Source: Ioffe and Szegedy, "Batch Normalization", 2015; deferring it to the reader is known from
// Jung et al., "Restructuring Batch Normalization to Accelerate CNN Training", MLSys 2019.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "framework/kernels/cpu/activation_kind.h"

namespace ag::kernels::cpu {

// The bits of a bfloat16 number, laid out like at::BFloat16.
enum class Bf16 : std::uint16_t {};

// How features are read. Pointers to one number a channel; without a scale they are read as they
// are, whatever the rest says. Any activation but the hard sigmoid.
struct Deferred {
  const float* scale = nullptr;
  const float* shift = nullptr;
  Activation activation = Activation::kNone;
};

// The gradient at y. `grad` is dz, or da where `activation` is given (then z's scale and shift are
// wanted). Pointers to features have the shape of y; the others, one number a channel.
template <class T>
struct OutputGradient {
  const T* grad = nullptr;
  const T* y = nullptr;
  const float* of_dz = nullptr;
  const float* of_y = nullptr;
  const float* constant = nullptr;
  Deferred deferred;        // how y is read
  bool grad_is_dz = false;  // the activation's derivative is in it already
};

// Sums over the rows of features, a channel each: of values less a pivot, and of their squares.
// The pivot is near the mean, so that the variance comes out of the difference unharmed.
struct Moments {
  explicit Moments(std::size_t channels) : pivot(channels), sum(channels), squares(channels) {}

  std::size_t rows = 0;
  std::vector<float> pivot;
  std::vector<double> sum;
  std::vector<double> squares;
};

// Sums that BatchNorm's backward pass wants of the layer that is read: of dz, and of dz times
// (y - mean).
struct GradientSums {
  explicit GradientSums(std::size_t channels) : dz(channels), dz_centred(channels) {}

  std::vector<double> dz;
  std::vector<double> dz_centred;
};

}  // namespace ag::kernels::cpu
