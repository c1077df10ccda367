// Convolution, BatchNorm and activation on this project's own CPU kernels: each feature is written
// once, raw, and read once by each pass.
//
// What lies in memory is a convolution's raw output y; what stands for it in autograd's graph is
// a = activation(BatchNorm(y)): a gradient that flows into it is that at a. Only functions of this
// room may read such a tensor, which Features sees to.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "framework/kernels/convolution.h"
#include "framework/kernels/deferred_batch_norm.h"

namespace ag::kernels {

struct RawFeatures {
  at::Tensor raw;                               // [N, C, H, W], channels-last
  std::shared_ptr<const DeferredBatchNorm> bn;  // null: nothing is deferred, raw is what they are
};

// Whether there are kernels for features of that type and place with that activation behind them:
// float or bfloat16 on the CPU, any activation but the hard sigmoid.
bool fused_can(const at::Tensor& features, Activation activation);
// Whether there is one for a convolution of `channels`: 1x1 with stride 1 and no margin, not in
// groups; or depthwise, one output a channel, 3x3 or 5x5 with stride 1 or 2 and margins that begin
// with less than the kernel.
bool fused_can(const Convolution& convolution, std::int64_t channels);

// x [N, I, H, W] to [N, O, H', W']. Parameters are float, whatever the features are.
RawFeatures fused_conv_bn_act(const RawFeatures& x, const Convolution& convolution,
                              const BatchNormTensors& bn, const BnActOptions& options);

// BatchNorm and activation of what another convolution wrote.
RawFeatures fused_defer(const at::Tensor& y, const BatchNormTensors& bn,
                        const BnActOptions& options);

// What they are, plus `added` where that is defined, which has their shape: a tensor for anybody to
// read.
at::Tensor fused_value(const RawFeatures& x, const at::Tensor& added);

}  // namespace ag::kernels
