// The fused convolutions forward and backward, without autograd. For fused_conv_bn_act.cpp.
//
// Of one layer: x [N, I, H, W], y and grad [N, O, H', W'], all channels-last and of one type, float
// or bfloat16; weights, statistics and their gradients float.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <memory>
#include <vector>

#include "framework/kernels/convolution.h"
#include "framework/kernels/cpu/deferred.h"
#include "framework/kernels/deferred_batch_norm.h"

namespace ag::kernels {

// A layer as its passes share it: the weight has no graph; `before` may be null.
struct FusedLayer : torch::CustomClassHolder {
  Convolution convolution;
  std::shared_ptr<const DeferredBatchNorm> before, behind;
  at::Tensor grad_weight;  // where the weight's gradient belongs; undefined: anywhere
};

// The raw output for `x`, not filled yet.
at::Tensor empty_output(const at::Tensor& x, const Convolution& convolution);

// Fills `y`, all of it; `before`, how x is read, may be null. In training returns the sums [O] over
// the pictures that count, one for each part of the work; else nothing.
std::vector<cpu::Moments> convolve(const Convolution& convolution, const DeferredBatchNorm* before,
                                   const at::Tensor& x, const at::Tensor& y,
                                   const BnActOptions& options);

// Gradients to fill, those that are wanted.
struct ConvolutionGradient {
  at::Tensor x, weight;  // as x and the layer's weight are; undefined: not wanted
};

// `grad` is that at what y stands for. Leaves the sums that it made with the layer that is read.
// Pictures that don't count get no gradient: those rows of grads.x are left as they are.
void convolve_backward(const FusedLayer& layer, const at::Tensor& x, const at::Tensor& y,
                       const at::Tensor& grad, const BatchNormGradient& of_bn,
                       ConvolutionGradient& grads);

}  // namespace ag::kernels
