#include "framework/kernels/fused.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "framework/kernels/chunks.h"
#include "framework/kernels/cpu/depthwise.h"
#include "framework/kernels/cpu/normalise.h"
#include "framework/kernels/cpu/pointwise.h"

namespace ag::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

template <class T>
T* data(const at::Tensor& tensor) {
  return reinterpret_cast<T*>(tensor.data_ptr());
}

// Calls f(T()) for the type that features are stored in.
template <class F>
void with_type(const at::Tensor& features, const F& f) {
  if (features.scalar_type() == at::kBFloat16) return f(cpu::Bf16());
  f(float());
}

std::size_t extent(const at::Tensor& tensor, std::int64_t dimension) {
  return static_cast<std::size_t>(tensor.size(dimension));
}

std::int64_t pixels(const at::Tensor& features) {
  return features.size(2) * features.size(3);
}

// Pictures that statistics and gradients are of.
std::int64_t counted(const at::Tensor& features, const BnActOptions& options) {
  return options.training ? options.real : features.size(0);
}

cpu::Deferred reading(const std::shared_ptr<DeferredBatchNorm>& bn) {
  return bn ? bn->reading() : cpu::Deferred();
}

template <class Sums>
std::vector<Sums> sums_for(std::int64_t work, std::size_t channels) {
  return std::vector<Sums>(static_cast<std::size_t>(chunks_of(work)), Sums(channels));
}

cpu::GradientSums total(const std::vector<cpu::GradientSums>& parts) {
  cpu::GradientSums all = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    for (std::size_t c = 0; c < all.dz.size(); ++c) {
      all.dz[c] += parts[i].dz[c];
      all.dz_centred[c] += parts[i].dz_centred[c];
    }
  }
  return all;
}

bool is_depthwise(const Convolution& convolution) {
  return convolution.groups > 1;
}

// [k, k, C] of [C, 1, k, k].
at::Tensor by_tap(const at::Tensor& weight) {
  return weight.detach().squeeze(1).permute({1, 2, 0}).contiguous();
}

std::span<const float> numbers(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

cpu::DepthwiseShape depthwise_shape(const at::Tensor& x, const at::Tensor& y,
                                    const Convolution& convolution) {
  return {.height = extent(x, 2),
          .width = extent(x, 3),
          .out_height = extent(y, 2),
          .out_width = extent(y, 3),
          .channels = extent(x, 1),
          .kernel = extent(convolution.weight, 2),
          .stride = static_cast<std::size_t>(convolution.stride),
          .top = static_cast<std::size_t>(convolution.rows.begin),
          .left = static_cast<std::size_t>(convolution.columns.begin)};
}

at::Tensor empty_output(const at::Tensor& x, const Convolution& convolution) {
  const std::int64_t kernel = convolution.weight.size(2);
  const auto outputs = [&](std::int64_t size, Margin margin) {
    return (margin.begin + size + margin.end - kernel) / convolution.stride + 1;
  };
  return at::empty({x.size(0), convolution.weight.size(0), outputs(x.size(2), convolution.rows),
                    outputs(x.size(3), convolution.columns)},
                   x.options(), kChannelsLast);
}

// What a layer's passes share.
struct Layer : torch::CustomClassHolder {
  Convolution convolution;  // its weight without a graph
  std::shared_ptr<DeferredBatchNorm> before, behind;
};

// Writes pictures [begin, end) of y and sums over them.
template <class T>
void convolve(const Layer& layer, const at::Tensor& x, const at::Tensor& y, std::int64_t begin,
              std::int64_t end, std::vector<cpu::Moments>* moments) {
  const at::Tensor& weight = layer.convolution.weight;
  const auto part = [&](std::size_t chunk) { return moments ? &(*moments)[chunk] : nullptr; };
  if (is_depthwise(layer.convolution)) {
    const at::Tensor taps = by_tap(weight);
    const cpu::DepthwiseForward<T> job = {depthwise_shape(x, y, layer.convolution), data<T>(x),
                                          reading(layer.before), taps.const_data_ptr<float>(),
                                          data<T>(y)};
    const auto first = static_cast<std::size_t>(begin);
    over_chunks(end - begin, [&](std::size_t chunk, std::size_t from, std::size_t to) {
      cpu::depthwise_forward(job, first + from, first + to, part(chunk));
    });
    return;
  }
  const cpu::PackedMatrix packed =
      cpu::pack_for_forward(numbers(weight), extent(weight, 1), extent(weight, 0));
  const cpu::PointwiseForward<T> job = {data<T>(x), reading(layer.before), &packed, data<T>(y)};
  const auto first = static_cast<std::size_t>(begin * pixels(x));
  over_chunks((end - begin) * pixels(x), [&](std::size_t chunk, std::size_t from, std::size_t to) {
    cpu::pointwise_forward(job, first + from, first + to, part(chunk));
  });
}

std::vector<cpu::Moments> convolve(const Layer& layer, const at::Tensor& x, const at::Tensor& y,
                                   const BnActOptions& options) {
  const std::int64_t real = counted(x, options);
  auto moments = sums_for<cpu::Moments>(real * pixels(x), extent(y, 1));
  with_type(x, [&](auto type) {
    using T = decltype(type);
    convolve<T>(layer, x, y, 0, real, options.training ? &moments : nullptr);
    convolve<T>(layer, x, y, real, x.size(0), nullptr);
  });
  return moments;
}

template <class T>
cpu::OutputGradient<T> output_gradient(const at::Tensor& grad, const at::Tensor& y,
                                       const DeferredBatchNorm& bn,
                                       const BatchNormGradient& gradient) {
  return {.grad = data<T>(grad),
          .y = data<T>(y),
          .of_dz = gradient.of_dz.const_data_ptr<float>(),
          .of_y = gradient.of_y.const_data_ptr<float>(),
          .constant = gradient.constant.const_data_ptr<float>(),
          .deferred = bn.reading(),
          .grad_is_dz = bn.sums.has_value()};
}

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

// A gradient as the kernels read it, whatever autograd made of it on the way.
at::Tensor readable(const at::Tensor& grad, const at::Tensor& like) {
  return grad.to(like.scalar_type()).contiguous(kChannelsLast);
}

// Of the pictures that count; the others' are zeros.
at::Tensor empty_gradient(const at::Tensor& x, std::int64_t real) {
  at::Tensor grad = at::empty_like(x);
  grad.narrow(0, real, x.size(0) - real).zero_();
  return grad;
}

struct ConvolutionGradient {
  at::Tensor x, weight;  // where they are wanted
};

template <class T>
void depthwise_backward(const Layer& layer, const at::Tensor& x, std::int64_t real,
                        const cpu::OutputGradient<T>& output, const at::Tensor& y,
                        std::vector<cpu::GradientSums>& sums, ConvolutionGradient& grads) {
  const at::Tensor taps = by_tap(layer.convolution.weight);
  cpu::DepthwiseBackward<T> job;
  job.shape = depthwise_shape(x, y, layer.convolution);
  job.x = data<T>(x);
  job.deferred = reading(layer.before);
  job.mean = layer.before ? layer.before->mean.template const_data_ptr<float>() : nullptr;
  job.output = output;
  job.weights = taps.const_data_ptr<float>();
  job.grad_x = grads.x.defined() ? data<T>(grads.x) : nullptr;
  const std::size_t count = grads.weight.defined() ? static_cast<std::size_t>(taps.numel()) : 0;
  std::vector<std::vector<double>> of_weights(sums.size(), std::vector<double>(count));
  over_chunks(real, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    cpu::depthwise_backward(job, begin, end, of_weights[chunk], &sums[chunk]);
  });
  if (count == 0) return;
  at::Tensor by_taps = at::empty_like(taps);
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    for (const std::vector<double>& part : of_weights) sum += part[i];
    by_taps.data_ptr<float>()[i] = static_cast<float>(sum);
  }
  grads.weight.squeeze(1).copy_(by_taps.permute({2, 0, 1}));
}

template <class T>
void pointwise_backward(const Layer& layer, const at::Tensor& x, std::int64_t real,
                        const cpu::OutputGradient<T>& output, std::vector<cpu::GradientSums>& sums,
                        ConvolutionGradient& grads) {
  const at::Tensor& weight = layer.convolution.weight;
  const std::size_t in = extent(weight, 1);
  const std::size_t out = extent(weight, 0);
  const cpu::PackedMatrix packed = cpu::pack_for_backward(numbers(weight), in, out);
  cpu::PointwiseBackward<T> job;
  job.x = data<T>(x);
  job.deferred = reading(layer.before);
  job.mean = layer.before ? layer.before->mean.template const_data_ptr<float>() : nullptr;
  job.in = in;
  job.out = out;
  job.output = output;
  job.weights = &packed;
  job.grad_x = grads.x.defined() ? data<T>(grads.x) : nullptr;
  std::vector<cpu::PointwiseWeightGradient> of_weights;
  for (std::size_t i = 0; grads.weight.defined() && i < sums.size(); ++i) {
    of_weights.emplace_back(in, out);
  }
  over_chunks(real * pixels(x), [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    cpu::pointwise_backward(job, begin, end, of_weights.empty() ? nullptr : &of_weights[chunk],
                            &sums[chunk]);
  });
  if (of_weights.empty()) return;
  grads.weight.zero_();
  for (const auto& part : of_weights) part.add_to({grads.weight.data_ptr<float>(), in * out});
}

// Leaves the sums that it made with the layer that is read.
void backward_convolution(const Layer& layer, const at::Tensor& x, const at::Tensor& y,
                          const at::Tensor& grad, const BatchNormGradient& of_bn,
                          ConvolutionGradient& grads) {
  const std::int64_t real = counted(x, layer.behind->options);
  const bool depthwise = is_depthwise(layer.convolution);
  auto sums = sums_for<cpu::GradientSums>(depthwise ? real : real * pixels(x), extent(x, 1));
  with_type(x, [&](auto type) {
    using T = decltype(type);
    const auto output = output_gradient<T>(grad, y, *layer.behind, of_bn);
    if (depthwise) {
      depthwise_backward<T>(layer, x, real, output, y, sums, grads);
    } else {
      pointwise_backward<T>(layer, x, real, output, sums, grads);
    }
  });
  if (layer.before && grads.x.defined()) layer.before->sums = total(sums);
}

class FusedConvBnAct : public torch::autograd::Function<FusedConvBnAct> {
 public:
  // `layer` gets what is behind it.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bn_weight, const at::Tensor& bn_bias,
                            const c10::intrusive_ptr<Layer>& layer, const BatchNormTensors& bn,
                            const BnActOptions& options) {
    layer->convolution.weight = weight.detach();
    const at::Tensor y = empty_output(x, layer->convolution);
    const std::vector<cpu::Moments> moments = convolve(*layer, x, y, options);
    layer->behind =
        defer_batch_norm(moments, {bn_weight, bn_bias, bn.running_mean, bn.running_var}, options);
    context->save_for_backward({x, y});
    context->saved_data["layer"] = c10::IValue::make_capsule(layer);
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &y = saved[1];
    const auto layer =
        c10::static_intrusive_pointer_cast<Layer>(context->saved_data["layer"].toCapsule());
    const std::int64_t real = counted(x, layer->behind->options);
    const at::Tensor grad = readable(grads[0], y);
    const BatchNormGradient of_bn =
        batch_norm_gradient(*layer->behind, gradient_sums(*layer->behind, grad, y, real));
    ConvolutionGradient result;
    if (context->needs_input_grad(0)) result.x = empty_gradient(x, real);
    if (context->needs_input_grad(1)) result.weight = at::empty_like(layer->convolution.weight);
    backward_convolution(*layer, x, y, grad, of_bn, result);
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
    DeferredBatchNorm& bn = *layer->behind;
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
                            const at::Tensor& added, const std::shared_ptr<DeferredBatchNorm>& bn) {
    at::Tensor out = at::empty_like(raw);
    const bool adds = added.dim() == raw.dim();
    const at::Tensor other = adds ? added.contiguous(kChannelsLast) : added;
    with_type(raw, [&](auto type) {
      using T = decltype(type);
      const T* more = adds ? data<T>(other) : nullptr;
      over_chunks(raw.size(0) * pixels(raw), [&](std::size_t, std::size_t begin, std::size_t end) {
        cpu::normalise<T>({data<T>(raw), extent(raw, 1)}, reading(bn), more, begin, end,
                          data<T>(out));
      });
    });
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    return {grads[0], context->needs_input_grad(1) ? grads[0] : at::Tensor(), {}};
  }
};

c10::intrusive_ptr<Layer> make_layer(const std::shared_ptr<DeferredBatchNorm>& before,
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
  const c10::intrusive_ptr<Layer> layer = make_layer(x.bn, convolution);
  const at::Tensor y = FusedConvBnAct::apply(x.raw.contiguous(kChannelsLast), convolution.weight,
                                             bn.weight, bn.bias, layer, bn, options);
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
