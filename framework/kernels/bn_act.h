// BatchNorm and activation as one operator.
//
//   y = activation((x - mean) / sqrt(variance + eps) * weight + bias), per channel
//
// In training, mean and (biased) variance are those of the first `real` pictures, over all ranks
// where `all_reduce_sum` is set, and the running statistics move towards them; the running variance
// towards the unbiased one, as PyTorch's and Keras's fused form have it. Otherwise mean and
// variance are the running ones.
//
// Source: Ioffe and Szegedy, "Batch Normalization", 2015. Over ranks: mean, squared deviations and
// count of each rank are combined by Chan, Golub and LeVeque's formula, in two reductions forward;
// one backward.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace ag::kernels {

enum class Activation {
  kNone,
  kRelu,   // max(x, 0)
  kRelu6,  // min(max(x, 0), 6)
};

struct BnActOptions {
  bool training = false;
  double momentum = 0.9;  // share of the old running statistics kept: 1 - PyTorch's momentum
  double eps = 1e-3;
  Activation activation = Activation::kNone;

  // Training alone reads these. Pictures that count: the first `real` ones, of which there may be
  // none. The rest is normalised like them but adds nothing to statistics or gradients.
  std::int64_t real = 0;
  // Adds a tensor up over all ranks, in place, forward and backward; empty: each rank for itself.
  // It is called as often with real == 0 as otherwise, always with tensors of the same sizes.
  std::function<void(const at::Tensor&)> all_reduce_sum;
};

// `x` [N, C, H, W], channels-last for speed; the other tensors [C]. All of one type, float or
// double, on one device. The result has x's memory format. Where no picture counts (on any rank),
// the running statistics stay as they are and normalise, and all gradients are zeros.
at::Tensor bn_act(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                  const at::Tensor& running_mean, const at::Tensor& running_var,
                  const BnActOptions& options);

// The plain form that every other is measured against: any x, any options, no fast path.
at::Tensor bn_act_reference(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& running_mean, const at::Tensor& running_var,
                            const BnActOptions& options);

}  // namespace ag::kernels
