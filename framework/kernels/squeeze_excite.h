// Squeeze and excitation: each channel of each picture is weighted by a gate made of all channels'
// means.
//
//   gate = hard_sigmoid(expand(relu(reduce(mean of x over pixels)))),  y = x * gate
//
// Source: Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018; with the hard sigmoid of Howard
// et al., "Searching for MobileNetV3", ICCV 2019.
#pragma once

#include <ATen/core/Tensor.h>

#include "framework/kernels/features.h"

namespace ag::kernels {

// Of 1x1 convolutions from C channels to S and back.
struct SqueezeExciteTensors {
  at::Tensor reduce_weight, reduce_bias;  // [S, C, 1, 1], [S]
  at::Tensor expand_weight, expand_bias;  // [C, S, 1, 1], [C]
};

// [N, C, H, W]. Features that own kernels left raw are read three times, twice of them backward,
// and written once each way; others go through ATen, the reference.
Features squeeze_excite(Features x, const SqueezeExciteTensors& weights);

}  // namespace ag::kernels
