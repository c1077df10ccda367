// bn_act on ATen's BatchNorm kernels: one pass each for mean, deviations, result and activation.

#include <torch/csrc/autograd/custom_function.h>

#include "framework/kernels/activation.h"
#include "framework/kernels/bn_act_forms.h"

namespace ag::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// ATen moves the running variance r by momentum * r + (1 - momentum) * v * n / (n - 1), of the
// biased variance v of n numbers. With all of it times (n - 1) / n and momentum * r / n added, v
// stands there alone.
class BiasedVariance {
 public:
  // Before ATen's step.
  BiasedVariance(const at::Tensor& running_var, const at::Tensor& x, const BnActOptions& options) {
    if (!options.training || !options.biased_running_variance) return;
    count_ = static_cast<double>(x.size(0) * x.size(2) * x.size(3));
    missing_ = running_var * (options.momentum / count_);
  }

  // Behind it.
  void correct(const at::Tensor& running_var) const {
    if (missing_.defined()) running_var.mul_((count_ - 1) / count_).add_(missing_);
  }

 private:
  double count_ = 0;
  at::Tensor missing_;
};

class BnActAten : public torch::autograd::Function<BnActAten> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias, const at::Tensor& running_mean,
                            const at::Tensor& running_var, const BnActOptions& options) {
    const BiasedVariance biased(running_var, x, options);
    auto [normalised, mean, inverse_deviation] =
        at::native_batch_norm(x, weight, bias, running_mean, running_var, options.training,
                              1.0 - options.momentum, options.eps);
    biased.correct(running_var);
    const Activated activated =
        activate(std::move(normalised), options.activation, options.pad_end);
    // In training the running statistics change before the backward pass, which doesn't want them.
    const at::Tensor none;
    context->save_for_backward({x, weight, options.training ? none : running_mean,
                                options.training ? none : running_var, mean, inverse_deviation,
                                activated.kept});
    context->saved_data["training"] = options.training;
    context->saved_data["eps"] = options.eps;
    context->saved_data["activation"] = static_cast<std::int64_t>(options.activation);
    context->saved_data["pad_end"] = options.pad_end;
    return activated.y;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const variable_list saved = context->get_saved_variables();
    auto& data = context->saved_data;
    const at::Tensor grad = activate_backward(grads[0], saved[6], saved[0],
                                              static_cast<Activation>(data["activation"].toInt()),
                                              data["pad_end"].toInt());
    auto [grad_x, grad_weight, grad_bias] = at::native_batch_norm_backward(
        grad, saved[0], saved[1], saved[2], saved[3], saved[4], saved[5], data["training"].toBool(),
        data["eps"].toDouble(), {true, true, true});
    return {grad_x, grad_weight, grad_bias, {}, {}, {}};
  }
};

}  // namespace

bool bn_act_aten_can(const at::Tensor& x, const BnActOptions& options) {
  if (!options.training) return true;
  // ATen divides by count - 1 for the running variance.
  const bool more_than_one = x.size(0) * x.size(2) * x.size(3) > 1;
  return options.real == x.size(0) && !options.all_reduce_sum && more_than_one;
}

at::Tensor bn_act_aten(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                       const at::Tensor& running_mean, const at::Tensor& running_var,
                       const BnActOptions& options) {
  return BnActAten::apply(x, weight, bias, running_mean, running_var, options);
}

}  // namespace ag::kernels
