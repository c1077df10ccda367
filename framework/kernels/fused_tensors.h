// What the autograd functions on raw features share: features as pointers, work split over threads,
// sums put together. For the .cpp files of this room alone.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "framework/kernels/chunks.h"
#include "framework/kernels/cpu/deferred.h"
#include "framework/kernels/deferred_batch_norm.h"

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

inline cpu::Deferred reading(const std::shared_ptr<DeferredBatchNorm>& bn) {
  return bn ? bn->reading() : cpu::Deferred();
}

template <class Sums>
std::vector<Sums> sums_for(std::int64_t work, std::size_t channels) {
  return std::vector<Sums>(static_cast<std::size_t>(chunks_of(work)), Sums(channels));
}

inline cpu::GradientSums total(const std::vector<cpu::GradientSums>& parts) {
  cpu::GradientSums all = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    for (std::size_t c = 0; c < all.dz.size(); ++c) {
      all.dz[c] += parts[i].dz[c];
      all.dz_centred[c] += parts[i].dz_centred[c];
    }
  }
  return all;
}

// A gradient as the kernels read it, whatever autograd made of it on the way.
inline at::Tensor readable(const at::Tensor& grad, const at::Tensor& like) {
  return grad.to(like.scalar_type()).contiguous(kChannelsLast);
}

// Of the pictures that count; the others' are zeros.
inline at::Tensor empty_gradient(const at::Tensor& x, std::int64_t real) {
  at::Tensor grad = at::empty_like(x);
  grad.narrow(0, real, x.size(0) - real).zero_();
  return grad;
}

struct KeptBatchNorm : torch::CustomClassHolder {
  std::shared_ptr<DeferredBatchNorm> bn;
};

// What features are read through, kept by an autograd function for its way back.
inline void keep_batch_norm(torch::autograd::AutogradContext& context,
                            std::shared_ptr<DeferredBatchNorm> bn) {
  auto kept = c10::make_intrusive<KeptBatchNorm>();
  kept->bn = std::move(bn);
  context.saved_data["batch_norm"] = c10::IValue::make_capsule(std::move(kept));
}

inline std::shared_ptr<DeferredBatchNorm> kept_batch_norm(
    torch::autograd::AutogradContext& context) {
  return c10::static_intrusive_pointer_cast<KeptBatchNorm>(
             context.saved_data["batch_norm"].toCapsule())
      ->bn;
}

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
