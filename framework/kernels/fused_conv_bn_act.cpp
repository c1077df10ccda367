#include "framework/kernels/fused_conv_bn_act.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "framework/kernels/cpu/normalise.h"
#include "framework/kernels/fused_convolution.h"
#include "framework/kernels/fused_tensors.h"
#include "framework/kernels/gradient_places.h"

namespace ag::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Layer = FusedLayer;

// The sums of dz over the pictures that count: the reader's, or those of a pass of their own.
cpu::GradientSums gradient_sums(const DeferredBatchNorm& bn, const at::Tensor& grad,
                                const at::Tensor& y, std::int64_t real) {
  if (bn.sums) return *bn.sums;
  const std::int64_t rows = real * pixels(y);
  auto sums = sums_for<cpu::GradientSums>(rows, extent(y, 1));
  with_type(y, [&](auto type) {
    using T = decltype(type);
    over_chunks(rows, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
      cpu::add_gradient_sums<T>({data<T>(y), extent(y, 1)}, bn.reading(),
                                bn.mean.const_data_ptr<float>(), data<T>(grad), begin, end,
                                sums[chunk]);
    });
  });
  return total(sums);
}

// Forward, without a graph; `before`, how x is read, may be null.
RawFeatures run(const at::Tensor& x, const DeferredBatchNorm* before,
                const Convolution& convolution, const BatchNormTensors& bn,
                const BnActOptions& options) {
  const LayerClock::Pass pass(options.clock, options.layer, &LayerSeconds::forward);
  const at::Tensor y = empty_output(x, convolution);
  const std::vector<cpu::Moments> moments = convolve(convolution, before, x, y, options);
  return {y, defer_batch_norm(moments, bn, options)};
}

class FusedConvBnAct : public torch::autograd::Function<FusedConvBnAct> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bn_weight, const at::Tensor& bn_bias,
                            const c10::intrusive_ptr<Layer>& layer, const BatchNormTensors& bn,
                            const BnActOptions& options) {
    layer->convolution.weight = weight.detach();
    layer->grad_weight = GradientPlaces::take(weight);
    const auto& [y, behind] = run(x, layer->before.get(), layer->convolution,
                                  {bn_weight, bn_bias, bn.running_mean, bn.running_var}, options);
    layer->behind = behind;
    context->save_for_backward({x, y});
    context->saved_data["layer"] = c10::IValue::make_capsule(layer);
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &y = saved[1];
    const auto layer =
        c10::static_intrusive_pointer_cast<Layer>(context->saved_data["layer"].toCapsule());
    const BnActOptions& options = layer->behind->options;
    const LayerClock::Pass pass(options.clock, options.layer, &LayerSeconds::backward);
    const std::int64_t real = counted(x, options);
    const at::Tensor grad = readable(grads[0], y);
    const BatchNormGradient of_bn =
        batch_norm_gradient(*layer->behind, gradient_sums(*layer->behind, grad, y, real));
    ConvolutionGradient result;
    if (context->needs_input_grad(0)) result.x = empty_gradient(x, real);
    if (context->needs_input_grad(1)) {
      result.weight = layer->grad_weight.defined() ? std::move(layer->grad_weight)
                                                   : at::empty_like(layer->convolution.weight);
    }
    convolve_backward(*layer, x, y, grad, of_bn, result);
    layer->behind->sums.reset();
    return {result.x, result.weight, of_bn.weight, of_bn.bias, {}, {}, {}};
  }
};

class FusedDefer : public torch::autograd::Function<FusedDefer> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& y,
                            const at::Tensor& bn_weight, const at::Tensor& bn_bias,
                            const c10::intrusive_ptr<Layer>& layer, const BatchNormTensors& bn,
                            const BnActOptions& options) {
    const std::int64_t rows = options.training ? options.real * pixels(y) : 0;
    auto moments = sums_for<cpu::Moments>(rows, extent(y, 1));
    with_type(y, [&](auto type) {
      using T = decltype(type);
      over_chunks(rows, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
        cpu::add_moments<T>({data<T>(y), extent(y, 1)}, begin, end, moments[chunk]);
      });
    });
    layer->behind =
        defer_batch_norm(moments, {bn_weight, bn_bias, bn.running_mean, bn.running_var}, options);
    context->save_for_backward({y});
    context->saved_data["layer"] = c10::IValue::make_capsule(layer);
    return y.detach();
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const at::Tensor y = context->get_saved_variables()[0];
    const auto layer =
        c10::static_intrusive_pointer_cast<Layer>(context->saved_data["layer"].toCapsule());
    const DeferredBatchNorm& bn = *layer->behind;
    const std::int64_t real = counted(y, bn.options);
    const at::Tensor grad = readable(grads[0], y);
    const BatchNormGradient of_bn = batch_norm_gradient(bn, gradient_sums(bn, grad, y, real));
    at::Tensor dy = empty_gradient(y, real);
    with_type(y, [&](auto type) {
      using T = decltype(type);
      const auto output = output_gradient<T>(grad, y, bn, of_bn);
      over_chunks(real * pixels(y), [&](std::size_t, std::size_t begin, std::size_t end) {
        cpu::write_output_gradient(output, extent(y, 1), begin, end, data<T>(dy));
      });
    });
    bn.sums.reset();
    return {dy, of_bn.weight, of_bn.bias, {}, {}, {}};
  }
};

// `added` without dimensions is nothing. The gradient at the value is the one at what it stands
// for.
class FusedValue : public torch::autograd::Function<FusedValue> {
 public:
  static at::Tensor forward(AutogradContext* /*context*/, const at::Tensor& raw,
                            const at::Tensor& added,
                            const std::shared_ptr<const DeferredBatchNorm>& bn) {
    at::Tensor out = at::empty_like(raw);
    const bool adds = added.dim() == raw.dim();
    const at::Tensor other = adds ? added.contiguous(kChannelsLast) : added;
    with_type(raw, [&](auto type) {
      using T = decltype(type);
      const T* more = adds ? data<T>(other) : nullptr;
      over_chunks(raw.size(0) * pixels(raw), [&](std::size_t, std::size_t begin, std::size_t end) {
        cpu::normalise<T>({data<T>(raw), extent(raw, 1)}, bn->reading(), more, begin, end,
                          data<T>(out));
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    return {grads[0], context->needs_input_grad(1) ? grads[0] : at::Tensor(), {}};
  }
};

c10::intrusive_ptr<Layer> make_layer(const std::shared_ptr<const DeferredBatchNorm>& before,
                                     const Convolution& convolution) {
  auto layer = c10::make_intrusive<Layer>();
  layer->convolution = convolution;
  layer->before = before;
  return layer;
}

}  // namespace

bool fused_can(const at::Tensor& features, Activation activation) {
  const bool type = features.scalar_type() == at::kFloat || features.scalar_type() == at::kBFloat16;
  return features.device().is_cpu() && type && activation != Activation::kHardSigmoid;
}

bool fused_can(const Convolution& convolution, std::int64_t channels) {
  const at::Tensor& weight = convolution.weight;
  const std::int64_t kernel = weight.size(2);
  if (weight.size(3) != kernel) return false;
  if (convolution.groups == 1) {
    const auto none = [](Margin margin) { return margin.begin == 0 && margin.end == 0; };
    return kernel == 1 && convolution.stride == 1 && none(convolution.rows) &&
           none(convolution.columns);
  }
  const bool depthwise = convolution.groups == channels && weight.size(0) == channels;
  const bool fits = std::max(convolution.rows.begin, convolution.columns.begin) < kernel;
  return depthwise && fits && (kernel == 3 || kernel == 5) && convolution.stride <= 2;
}

RawFeatures fused_conv_bn_act(const RawFeatures& x, const Convolution& convolution,
                              const BatchNormTensors& bn, const BnActOptions& options) {
  const at::Tensor in = x.raw.contiguous(kChannelsLast);
  if (!c10::GradMode::is_enabled()) return run(in, x.bn.get(), convolution, bn, options);
  const c10::intrusive_ptr<Layer> layer = make_layer(x.bn, convolution);
  const at::Tensor y =
      FusedConvBnAct::apply(in, convolution.weight, bn.weight, bn.bias, layer, bn, options);
  return {y, layer->behind};
}

RawFeatures fused_defer(const at::Tensor& y, const BatchNormTensors& bn,
                        const BnActOptions& options) {
  const c10::intrusive_ptr<Layer> layer = make_layer(nullptr, {});
  const at::Tensor raw =
      FusedDefer::apply(y.contiguous(kChannelsLast), bn.weight, bn.bias, layer, bn, options);
  return {raw, layer->behind};
}

at::Tensor fused_value(const RawFeatures& x, const at::Tensor& added) {
  if (!x.bn) return added.defined() ? x.raw + added : x.raw;
  const at::Tensor nothing = at::empty({}, x.raw.options());
  return FusedValue::apply(x.raw, added.defined() ? added : nothing, x.bn);
}

}  // namespace ag::kernels
