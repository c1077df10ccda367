#include "framework/nn/dropout.h"

#include "framework/kernels/dropout.h"

namespace ag::nn {

at::Tensor dropout(const at::Tensor& x, double p, const ForwardContext& context) {
  if (!context.training || p == 0) return x;
  return kernels::dropout(
      x, {.p = p, .seed = context.seed, .epoch = context.epoch, .samples = context.samples});
}

}  // namespace ag::nn
