#include "framework/kernels/squeeze_excite.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>
#include <utility>

#include "framework/kernels/dense.h"
#include "framework/kernels/fused_tensors.h"
#include "framework/kernels/picture_gates.h"

namespace ag::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Not at::hardsigmoid: its gradient holds 1/6 as a float whatever the tensor's type.
at::Tensor hard_sigmoid(const at::Tensor& x) {
  return (x + 3).clamp(0, 6) / 6;
}

at::Tensor reference(const at::Tensor& x, const SqueezeExciteTensors& weights) {
  const at::Tensor mean = x.mean({2, 3}, /*keepdim=*/false, weights.reduce_weight.scalar_type());
  const at::Tensor squeezed =
      at::relu(at::linear(mean, weights.reduce_weight.flatten(1), weights.reduce_bias));
  const at::Tensor gate =
      hard_sigmoid(at::linear(squeezed, weights.expand_weight.flatten(1), weights.expand_bias));
  return x * gate.to(x.scalar_type()).view({x.size(0), x.size(1), 1, 1});
}

// What a gate [N, C] is made of: [N, C] and [N, S]. All float.
struct Excitation {
  at::Tensor means, squeezed, gate;
};

// Without a graph; `features` as dense() has it.
Excitation excitation(const at::Tensor& raw, const DeferredBatchNorm& bn,
                      const SqueezeExciteTensors& weights, at::ScalarType features) {
  Excitation made;
  made.means = picture_means(raw, bn);
  made.squeezed =
      dense(made.means, weights.reduce_weight.flatten(1), weights.reduce_bias, features).relu_();
  made.gate = hard_sigmoid(
      dense(made.squeezed, weights.expand_weight.flatten(1), weights.expand_bias, features));
  return made;
}

class FusedSqueezeExcite : public torch::autograd::Function<FusedSqueezeExcite> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& raw,
                            const at::Tensor& reduce_weight, const at::Tensor& reduce_bias,
                            const at::Tensor& expand_weight, const at::Tensor& expand_bias,
                            const std::shared_ptr<const DeferredBatchNorm>& bn) {
    const Excitation made = excitation(raw, *bn,
                                       {reduce_weight.detach(), reduce_bias.detach(),
                                        expand_weight.detach(), expand_bias.detach()},
                                       at::kFloat);
    context->save_for_backward(
        {raw, made.means, made.squeezed, made.gate, reduce_weight, expand_weight});
    keep_batch_norm(*context, bn);
    return gated_pictures(raw, *bn, made.gate);
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &raw = saved[0], &means = saved[1], &squeezed = saved[2], &gate = saved[3];
    const DeferredBatchNorm& bn = *kept_batch_norm(*context);
    const std::int64_t real = counted(raw, bn.options);
    const at::Tensor grad = readable(grads[0], raw);

    const at::Tensor of_gate = at::zeros_like(gate);
    with_type(raw, [&](auto type) {
      using T = decltype(type);
      const auto pictures = pictures_of<T>(raw, bn);
      over_chunks(real, [&](std::size_t, std::size_t begin, std::size_t end) {
        cpu::gate_gradient(pictures, data<T>(grad), begin, end, of_gate.mutable_data_ptr<float>());
      });
    });
    const at::Tensor of_expanded = of_gate * (1.0 / 6.0) * ((gate > 0) & (gate < 1));
    const at::Tensor of_squeezed = at::mm(of_expanded, saved[5].flatten(1)) * (squeezed > 0);
    const at::Tensor of_means = at::mm(of_squeezed, saved[4].flatten(1)) / pixels(raw);

    at::Tensor dz;
    if (context->needs_input_grad(0)) {
      dz = gate_backward(raw, {.grad = grad, .gate = gate, .added = of_means}, bn);
    }
    return {dz,
            at::mm(of_squeezed.t(), means).view(saved[4].sizes()),
            of_squeezed.sum(0),
            at::mm(of_expanded.t(), squeezed).view(saved[5].sizes()),
            of_expanded.sum(0),
            {}};
  }
};

}  // namespace

Features squeeze_excite(Features x, const SqueezeExciteTensors& weights) {
  const std::optional<RawFeatures> raw = x.raw();
  if (!raw || !raw->bn) return reference(std::move(x).value(), weights);
  if (!c10::GradMode::is_enabled()) {
    const Excitation made = excitation(raw->raw, *raw->bn, weights, raw->raw.scalar_type());
    return gated_pictures(raw->raw, *raw->bn, made.gate);
  }
  return FusedSqueezeExcite::apply(raw->raw, weights.reduce_weight, weights.reduce_bias,
                                   weights.expand_weight, weights.expand_bias, raw->bn);
}

}  // namespace ag::kernels
