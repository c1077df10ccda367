// BatchNorm's statistics and gradients, from sums that were taken on the way through the features.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "framework/kernels/bn_act.h"
#include "framework/kernels/cpu/deferred.h"

namespace ag::kernels {

// The BatchNorm and activation of features that lie in memory raw, as whoever wrote them shares it
// with whoever reads them.
struct DeferredBatchNorm {
  at::Tensor mean, inverse_deviation;  // float [C]
  at::Tensor scale, shift;             // float [C]: z = y * scale + shift
  BnActOptions options;
  at::Tensor weight;  // float [C]
  // Numbers a channel behind mean and variance, over all ranks; 0: they are given.
  double count = 0;

  // Backward, a reader that has summed dz over its rows leaves the sums here; the gradient that it
  // hands on is dz then, and da otherwise.
  mutable std::optional<cpu::GradientSums> sums;

  cpu::Deferred reading() const;
};

// Mean and variance, in training those of `moments` (each of other rows) and of all ranks, whereby
// the running statistics move. What is said of bn_act holds. Collective if options say so.
std::shared_ptr<const DeferredBatchNorm> defer_batch_norm(std::span<const cpu::Moments> moments,
                                                          const BatchNormTensors& bn,
                                                          const BnActOptions& options);

// What bn_act's backward pass makes of the sums.
struct BatchNormGradient {
  at::Tensor weight, bias;           // float [C]: gradients, of this rank's rows
  at::Tensor of_dz, of_y, constant;  // float [C]: dy = dz * of_dz + y * of_y + constant
};

BatchNormGradient batch_norm_gradient(const DeferredBatchNorm& bn, const cpu::GradientSums& sums);

}  // namespace ag::kernels
