// Means over a picture's pixels and gates on its channels, on raw features as tensors: what squeeze
// and excitation and the pooling before a head have in common. For the .cpp files of this room
// alone.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>

#include "framework/kernels/cpu/gate.h"
#include "framework/kernels/deferred_batch_norm.h"
#include "framework/kernels/fused_tensors.h"

namespace ag::kernels {

template <class T>
cpu::Pictures<T> pictures_of(const at::Tensor& raw, const DeferredBatchNorm& bn) {
  return {data<T>(raw), static_cast<std::size_t>(pixels(raw)), extent(raw, 1), bn.reading()};
}

// Of what a reader of `raw` sees: float [N, C].
at::Tensor picture_means(const at::Tensor& raw, const DeferredBatchNorm& bn);

// The same times `gate`, float [N, C]: like raw.
at::Tensor gated_pictures(const at::Tensor& raw, const DeferredBatchNorm& bn,
                          const at::Tensor& gate);

// Tensors that the way back is made of; `grad` and `gate` are undefined where only means were read.
struct GateGradient {
  at::Tensor grad;   // at what came out, like raw
  at::Tensor gate;   // float [N, C]
  at::Tensor added;  // float [N, C], to the gradient of each pixel
};

// dz = (grad * gate + added) * activation'(z) of the pictures that count; its sums are left in
// `bn`.
at::Tensor gate_backward(const at::Tensor& raw, const GateGradient& of,
                         const DeferredBatchNorm& bn);

}  // namespace ag::kernels
