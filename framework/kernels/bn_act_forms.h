// The forms of bn_act, for bn_act to choose from and for tests and benchmarks to compare. Arguments
// and result are those of bn_act.
#pragma once

#include "framework/kernels/bn_act.h"

namespace ag::kernels {

// The plain form that every other is measured against: all options, arithmetic spelled out.
at::Tensor bn_act_reference(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            const at::Tensor& running_mean, const at::Tensor& running_var,
                            const BnActOptions& options);

// On ATen's BatchNorm kernels. Only where bn_act_aten_can(x, options): in training every picture
// counts and no other rank does.
bool bn_act_aten_can(const at::Tensor& x, const BnActOptions& options);
at::Tensor bn_act_aten(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                       const at::Tensor& running_mean, const at::Tensor& running_var,
                       const BnActOptions& options);

}  // namespace ag::kernels
