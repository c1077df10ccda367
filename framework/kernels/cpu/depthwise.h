// Depthwise convolutions of channels-last features, 3x3 or 5x5, with the BatchNorm before them and
// the sums for the one behind.
//
// Rows of a picture are read and normalised into a few rows that stay in the cache: forward for a
// few channels at a time, backward for all of them. Functions work on a part of the pictures alone
// and add to the caller's sums, so that several threads may run them at once, each with sums of its
// own. Features are float or Bf16, arithmetic is in float, sums over rows in double.
#pragma once

#include <cstddef>
#include <span>

#include "framework/kernels/cpu/aligned.h"
#include "framework/kernels/cpu/deferred.h"

namespace ag::kernels::cpu {

// Zeros stand around a picture: `top` rows above and `left` columns before it, and behind it as
// many as the last output pixel wants. 0 <= top, left < kernel.
struct DepthwiseShape {
  std::size_t height = 0, width = 0;          // of what comes in
  std::size_t out_height = 0, out_width = 0;  // of what comes out
  std::size_t channels = 0;
  std::size_t kernel = 3;  // pixels a side: 3 or 5
  std::size_t stride = 1;  // 1 or 2
  std::size_t top = 0, left = 0;
};

// A filter in the order in which depthwise_forward reads it. Made for the instruction set that is
// chosen then.
struct PackedFilter {
  AlignedFloats floats;
  std::size_t slice_floats = 0;
};

// Of weights [channels, kernel, kernel].
PackedFilter pack_depthwise_filter(std::span<const float> weights, std::size_t kernel);

template <class T>
struct DepthwiseForward {
  DepthwiseShape shape;
  const T* x = nullptr;  // [images, height, width, channels]
  Deferred deferred;     // how x is read; zeros around it stay zeros
  const PackedFilter* filter = nullptr;
  T* y = nullptr;  // [images, out_height, out_width, channels]
};

// Rows [begin, end) of what comes out, counted over all images. `moments` may be null.
template <class T>
void depthwise_forward(const DepthwiseForward<T>& job, std::size_t begin, std::size_t end,
                       Moments* moments);

template <class T>
struct DepthwiseBackward {
  DepthwiseShape shape;
  const T* x = nullptr;  // as it was forward
  Deferred deferred;
  const float* mean = nullptr;     // of x, [channels]: for the sums
  OutputGradient<T> output;        // [images, out_height, out_width, channels]
  const float* weights = nullptr;  // [channels, kernel, kernel]
  // [images, height, width, channels]: dz of what is read, or where nothing is deferred its
  // gradient as it is. Null: it isn't wanted.
  T* grad_x = nullptr;
};

// Images [begin, end). Adds to `grad_weights` [kernel, kernel, channels], which is empty where it
// isn't wanted. `sums` may be null, and is left alone where nothing is deferred or grad_x is null.
template <class T>
void depthwise_backward(const DepthwiseBackward<T>& job, std::size_t begin, std::size_t end,
                        std::span<double> grad_weights, GradientSums* sums);

}  // namespace ag::kernels::cpu
