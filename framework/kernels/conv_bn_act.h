// A convolution, BatchNorm and an activation: what MobileNets are made of.
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
