// 1x1 convolutions of channels-last features, with the BatchNorm before them and the sums for the
// one behind.
//
// Features are rows of channels, a row for each pixel. Work is done in blocks of rows that stay in
// the cache: read and normalise, multiply, sum and write, so that features cross the memory bus
// once. Functions work on rows [begin, end) alone and add to the caller's sums, so that several
// threads may run them at once, each with sums and a gradient of the weights of its own. Features
// are float or Bf16; arithmetic is in float, but for products of Bf16 where the processor
// multiplies those (choice.h): weights and what is read are rounded to them then, and summed up in
// float. Sums over blocks are in double, but for the weights' gradient.
//
// Source of the matrix product: Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication", 2008.
#pragma once

#include <cstddef>
#include <span>

#include "framework/kernels/cpu/aligned.h"
#include "framework/kernels/cpu/deferred.h"

namespace ag::kernels::cpu {

// A factor of a product, [depth, width], as it lies: rows depth_stride apart, columns width_stride,
// one of which is 1.
struct UnpackedMatrix {
  const float* numbers = nullptr;
  std::size_t depth = 0, width = 0;
  std::size_t depth_stride = 0, width_stride = 0;
};

// A factor B [depth, width] of a product A B, in the order in which the product reads it, where A's
// numbers are of type T. Made for the instruction set that is chosen then.
template <class T>
struct PackedMatrix {
  std::size_t depth = 0;
  std::size_t width = 0;
  AlignedFloats words;
};

// Weights [out, in], row after row, for pointwise_forward (depth in, width out).
template <class T>
PackedMatrix<T> pack_for_forward(std::span<const float> weights, std::size_t in, std::size_t out);
// The same for pointwise_backward's gradient of the input (depth out, width in).
template <class T>
PackedMatrix<T> pack_for_backward(std::span<const float> weights, std::size_t in, std::size_t out);

// A product of T, as it lies in Memory: both float, both Bf16, or Bf16 of floats.
template <class T, class Memory = T>
struct PointwiseForward {
  const Memory* x = nullptr;  // [rows, in]
  Deferred deferred;          // how x is read
  const PackedMatrix<T>* weights = nullptr;
  Memory* y = nullptr;  // [rows, out]
};

// `moments`, of `out` channels, may be null.
template <class T, class Memory>
void pointwise_forward(const PointwiseForward<T, Memory>& job, std::size_t begin, std::size_t end,
                       Moments* moments);

// Channels that come out are shared among threads in groups of so many.
inline constexpr std::size_t kChannelGroup = 32;

// Channels [begin, end) alone of what comes out, of the first `rows` rows: where those are few,
// threads had better share the weights. `begin` is at the beginning of a group.
template <class T, class Memory>
void pointwise_forward_channels(const PointwiseForward<T, Memory>& job, std::size_t rows,
                                std::size_t begin, std::size_t end);

template <class T>
struct PointwiseBackward {
  const T* x = nullptr;  // [rows, in], as it was forward
  Deferred deferred;
  const float* mean = nullptr;  // of x, [in]: for the sums
  std::size_t in = 0;
  std::size_t out = 0;
  OutputGradient<T> output;  // [rows, out]
  const PackedMatrix<T>* weights = nullptr;
  // [rows, in]: dz of what is read, or where nothing is deferred its gradient as it is. Null: it
  // isn't wanted.
  T* grad_x = nullptr;
};

// Writes the rows' part of the weights' gradient to `grad_weights` [out, in], summed up in float;
// null: it isn't wanted. `sums`, of `in` channels, may be null, and is left alone where nothing is
// deferred or grad_x is null.
template <class T>
void pointwise_backward(const PointwiseBackward<T>& job, std::size_t begin, std::size_t end,
                        float* grad_weights, GradientSums* sums);

}  // namespace ag::kernels::cpu
