// 1x1 convolutions of bfloat16 features on LibTorch's matrix product, which multiplies whole tiles
// of them where the processor has instructions for that (AMX). The same as cpu/pointwise.h
// otherwise, block of rows by block of rows; gradients of weights are rounded to bfloat16 for each
// block and summed up in float.
#pragma once

#include <ATen/core/Tensor.h>

#include "framework/kernels/cpu/deferred.h"

namespace ag::kernels {

// Rows [begin, end) of x [rows, I] to those of y [rows, O] by `weight` [O, I], float.
// `moments` may be null.
void pointwise_forward_bf16(const at::Tensor& x, const cpu::Deferred& deferred,
                            const at::Tensor& weight, const at::Tensor& y, std::int64_t begin,
                            std::int64_t end, cpu::Moments* moments);

struct PointwiseBackwardBf16 {
  at::Tensor x;       // [rows, I]
  at::Tensor weight;  // [O, I], float
  cpu::Deferred deferred;
  const float* mean = nullptr;  // of x, where it is deferred
  cpu::OutputGradient<cpu::Bf16> output;
  at::Tensor grad_x;  // [rows, I]; undefined: not wanted
};

// Adds to `grad_weight` [O, I], float, where that is defined, and to the sums of what is read.
void pointwise_backward_bf16(const PointwiseBackwardBf16& job, std::int64_t begin, std::int64_t end,
                             const at::Tensor& grad_weight, cpu::GradientSums& sums);

}  // namespace ag::kernels
