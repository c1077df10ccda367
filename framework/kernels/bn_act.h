// BatchNorm and activation as one operator.
//
//   y = activation((x - mean) / sqrt(variance + eps) * weight + bias), per channel
//
// In training, mean and (biased) variance are those of the first `real` pictures, over all ranks
// where `all_reduce_sum` is set, and the running statistics move towards them. Otherwise mean and
// variance are the running ones.
//
// Source: Ioffe and Szegedy, "Batch Normalization", 2015. Over ranks the variance is made of the
// deviations from the mean of all ranks, so that it takes two reductions forward and one backward.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>

#include "framework/kernels/activation.h"
#include "framework/kernels/layer_clock.h"

namespace ag::kernels {

struct BnActOptions {
  bool training = false;
  double momentum = 0.9;  // share of the old running statistics kept: 1 - PyTorch's momentum
  double eps = 1e-3;
  // The running variance moves towards the biased variance of the batch, as Keras 3's does, and not
  // towards the unbiased one, as PyTorch's.
  bool biased_running_variance = false;
  Activation activation = Activation::kNone;

  // Rows of zeros added below and columns added at the right, 0 or more: what a strided convolution
  // with asymmetric padding wants. Here they cost no pass over memory of their own.
  std::int64_t pad_end = 0;

  // Training alone reads these. Pictures that count: the first `real` ones, of which there may be
  // none. The rest is normalised like them but adds nothing to statistics or gradients.
  std::int64_t real = 0;
  // Adds a tensor up over all ranks, in place, forward and backward; empty: each rank for itself.
  // It is called as often with real == 0 as otherwise, always with tensors of the same sizes. What
  // it refers to must outlive the backward pass.
  std::function<void(const at::Tensor&)> all_reduce_sum;

  // Where fused layers note how long they take, and under which name; null: nowhere. It must
  // outlive the backward pass.
  LayerClock* clock = nullptr;
  std::string layer;
};

struct BatchNormTensors {
  at::Tensor weight, bias, running_mean, running_var;  // [C]
};

// `x` [N, C, H, W], channels-last for speed; the other tensors [C]. All of one type, float or
// double, on one device. Returns [N, C, H + pad_end, W + pad_end] in x's memory format. Where no
// picture counts (on any rank), the running statistics stay as they are and normalise, and all
// gradients are zeros. One number a channel has variance 0 (PyTorch refuses it). Throws Error for
// shapes that don't fit.
at::Tensor bn_act(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                  const at::Tensor& running_mean, const at::Tensor& running_var,
                  const BnActOptions& options);

}  // namespace ag::kernels
