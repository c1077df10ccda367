// What the autograd functions on raw features share: features as pointers, work split over threads,
// sums put together. For the .cpp files of this room alone.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "framework/kernels/chunks.h"
#include "framework/kernels/cpu/deferred.h"
#include "framework/kernels/deferred_batch_norm.h"

namespace torch::autograd {
struct AutogradContext;
}

namespace ag::kernels {

inline constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

template <class T>
T* data(const at::Tensor& tensor) {
  return reinterpret_cast<T*>(tensor.data_ptr());
}

// Calls f(T()) for the type that features are stored in.
template <class F>
void with_type(const at::Tensor& features, const F& f) {
  if (features.scalar_type() == at::kBFloat16) return f(cpu::Bf16());
  f(float());
}

inline std::size_t extent(const at::Tensor& tensor, std::int64_t dimension) {
  return static_cast<std::size_t>(tensor.size(dimension));
}

inline std::int64_t pixels(const at::Tensor& features) {
  return features.size(2) * features.size(3);
}

// Pictures that statistics and gradients are of.
inline std::int64_t counted(const at::Tensor& features, const BnActOptions& options) {
  return options.training ? options.real : features.size(0);
}

inline cpu::Deferred reading(const DeferredBatchNorm* bn) {
  return bn ? bn->reading() : cpu::Deferred();
}

template <class Sums>
std::vector<Sums> sums_for(std::int64_t work, std::size_t channels) {
  return std::vector<Sums>(static_cast<std::size_t>(chunks_of(work)), Sums(channels));
}

// Of all parts, one or more.
cpu::GradientSums total(const std::vector<cpu::GradientSums>& parts);

// A gradient as the kernels read it, whatever autograd made of it on the way.
at::Tensor readable(const at::Tensor& grad, const at::Tensor& like);

// Of the pictures that count; the others' are zeros.
at::Tensor empty_gradient(const at::Tensor& x, std::int64_t real);

// What features are read through, kept by an autograd function for its way back.
void keep_batch_norm(torch::autograd::AutogradContext& context,
                     std::shared_ptr<const DeferredBatchNorm> bn);
std::shared_ptr<const DeferredBatchNorm> kept_batch_norm(torch::autograd::AutogradContext& context);

template <class T>
cpu::OutputGradient<T> output_gradient(const at::Tensor& grad, const at::Tensor& y,
                                       const DeferredBatchNorm& bn,
                                       const BatchNormGradient& gradient) {
  return {.grad = data<T>(grad),
          .y = data<T>(y),
          .of_dz = gradient.of_dz.const_data_ptr<float>(),
          .of_y = gradient.of_y.const_data_ptr<float>(),
          .constant = gradient.constant.const_data_ptr<float>(),
          .deferred = bn.reading(),
          .grad_is_dz = bn.sums.has_value()};
}

}  // namespace ag::kernels
