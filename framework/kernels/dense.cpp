#include "framework/kernels/dense.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>
#include <vector>

#include "framework/kernels/chunks.h"
#include "framework/kernels/constant_weights.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/cpu/pointwise.h"
#include "framework/kernels/fused_tensors.h"
#include "framework/kernels/gradient_places.h"
#include "framework/kernels/pointwise_rows.h"

namespace ag::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

bool is_ours(const at::Tensor& x, const at::Tensor& weight) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && weight.scalar_type() == at::kFloat &&
         !cpu::reference_chosen();
}

// Of numbers of type T.
template <class T>
at::Tensor product(const at::Tensor& x, const at::Tensor& weight) {
  const at::Tensor rows = x.contiguous();
  const auto packed = packed_for_forward<T>(weight.contiguous());
  at::Tensor y = at::empty({x.size(0), weight.size(0)}, x.options());
  const cpu::PointwiseForward<T, float> job = {
      rows.const_data_ptr<float>(), {}, packed.get(), y.mutable_data_ptr<float>()};
  pointwise_forward_rows(job, x.size(0), nullptr);
  return y;
}

// The gradients of x and of the weights, those that are defined, from `grad` at their product.
void product_backward(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& grad,
                      const at::Tensor& grad_x, const at::Tensor& grad_weight) {
  const std::size_t in = extent(weight, 1), out = extent(weight, 0);
  // The kernel takes grad * 1 + y * 0 + 0, of a BatchNorm that isn't there.
  const at::Tensor one = at::ones({weight.size(0)}, weight.options());
  const at::Tensor zero = at::zeros({weight.size(0)}, weight.options());
  const float* dy = grad.const_data_ptr<float>();
  const auto packed = cpu::pack_for_backward<float>(numbers(weight), in, out);
  const cpu::PointwiseBackward<float> job = {
      .x = x.const_data_ptr<float>(),
      .in = in,
      .out = out,
      .output = {dy,
                 dy,
                 one.const_data_ptr<float>(),
                 zero.const_data_ptr<float>(),
                 zero.const_data_ptr<float>(),
                 {},
                 /*grad_is_dz=*/true},
      .weights = &packed,
      .grad_x = grad_x.defined() ? grad_x.mutable_data_ptr<float>() : nullptr};
  std::vector<cpu::GradientSums> none;
  pointwise_backward_rows(job, x.size(0), grad_weight, none);
}

class Product : public torch::autograd::Function<Product> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight) {
    context->save_for_backward({x, weight});
    context->saved_data["place"] = GradientPlaces::take(weight);
    return product<float>(x, weight.detach());
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor x = saved[0].detach().contiguous(), weight = saved[1].detach().contiguous();
    at::Tensor grad_x, grad_weight;
    if (context->needs_input_grad(0)) grad_x = at::empty(x.sizes(), x.options());
    if (context->needs_input_grad(1)) {
      grad_weight = std::exchange(context->saved_data["place"], at::Tensor()).toTensor();
      if (!grad_weight.defined() || !grad_weight.is_contiguous())
        grad_weight = at::empty(weight.sizes(), weight.options());
    }
    product_backward(x, weight, grads[0].contiguous(), grad_x, grad_weight);
    return {grad_x, grad_weight};
  }
};

}  // namespace

at::Tensor dense(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                 at::ScalarType features) {
  if (!is_ours(x, weight)) return at::linear(x, weight, bias);
  if (!c10::GradMode::is_enabled()) {
    const at::Tensor y =
        features == at::kBFloat16 ? product<cpu::Bf16>(x, weight) : product<float>(x, weight);
    return bias.defined() ? y.add_(bias) : y;
  }
  const bool has_graph = x.requires_grad() || weight.requires_grad();
  const at::Tensor y = has_graph ? Product::apply(x, weight) : product<float>(x, weight);
  return bias.defined() ? y + bias : y;
}

}  // namespace ag::kernels
