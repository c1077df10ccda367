// The operator that MobileNets are made of: a convolution, BatchNorm and an activation, fused where
// there are kernels for it, else by ATen.
#pragma once

#include "framework/kernels/bn_act.h"
#include "framework/kernels/convolution.h"
#include "framework/kernels/features.h"

namespace ag::kernels {

// `x` [N, I, H, W] through all three, of which the last two are left to whoever reads the result
// (see Features). Throws Error for shapes that don't fit.
Features conv_bn_act(Features x, const Convolution& convolution, const BatchNormTensors& bn,
                     const BnActOptions& options);

}  // namespace ag::kernels
