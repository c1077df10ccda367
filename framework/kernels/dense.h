// A dense layer: what a network's head is made of.
#pragma once

#include <ATen/core/Tensor.h>

namespace ag::kernels {

// x [N, I] times weight [O, I], transposed, plus bias [O]; undefined: none. Of float on the CPU it
// is this project's own product, in which no row's result depends on how many others there are: a
// network that is evaluated tells the same of a picture, to the bit, in any company. ATen's,
// otherwise. For `features` of bfloat16 and without a graph, that product rounds both factors to it
// where the processor multiplies it; sums are float.
at::Tensor dense(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                 at::ScalarType features = at::kFloat);

}  // namespace ag::kernels
