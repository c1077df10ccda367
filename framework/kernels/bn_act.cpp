#include "framework/kernels/bn_act.h"

#include <string>

#include "framework/core/error.h"
#include "framework/kernels/bn_act_forms.h"

namespace ag::kernels {
namespace {

void check(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
           const at::Tensor& running_mean, const at::Tensor& running_var,
           const BnActOptions& options) {
  if (x.dim() != 4) throw Error("bn_act", "wants [N, C, H, W]");
  for (const at::Tensor& tensor : {weight, bias, running_mean, running_var}) {
    if (tensor.dim() != 1 || tensor.size(0) != x.size(1) ||
        tensor.scalar_type() != x.scalar_type()) {
      throw Error("bn_act", "wants four vectors of " + std::to_string(x.size(1)) +
                                " numbers, of the type of x");
    }
  }
  if (options.training && (options.real < 0 || options.real > x.size(0))) {
    throw Error("bn_act", std::to_string(options.real) + " of " + std::to_string(x.size(0)) +
                              " pictures can't count");
  }
}

}  // namespace

at::Tensor bn_act(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                  const at::Tensor& running_mean, const at::Tensor& running_var,
                  const BnActOptions& options) {
  check(x, weight, bias, running_mean, running_var, options);
  const auto form = bn_act_aten_can(x, options) ? bn_act_aten : bn_act_reference;
  return form(x, weight, bias, running_mean, running_var, options);
}

}  // namespace ag::kernels
