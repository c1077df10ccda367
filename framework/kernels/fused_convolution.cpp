#include "framework/kernels/fused_convolution.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <type_traits>

#include "framework/kernels/constant_weights.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/cpu/depthwise.h"
#include "framework/kernels/cpu/pointwise.h"
#include "framework/kernels/fused_tensors.h"
#include "framework/kernels/pointwise_bf16.h"
#include "framework/kernels/pointwise_rows.h"

namespace ag::kernels {
namespace {

bool is_depthwise(const Convolution& convolution) {
  return convolution.groups > 1;
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

// As a matrix of pixels and channels.
at::Tensor as_rows(const at::Tensor& features) {
  return features.permute({0, 2, 3, 1}).reshape({-1, features.size(1)});
}

template <class T>
bool on_matrix_product() {
  return std::is_same_v<T, cpu::Bf16> && cpu::multiplies_bf16_tiles();
}

template <class T>
void depthwise_forward(const Convolution& convolution, const DeferredBatchNorm* before,
                       const at::Tensor& x, const at::Tensor& y, std::int64_t begin,
                       std::int64_t end, std::vector<cpu::Moments>* moments) {
  const at::Tensor& weight = convolution.weight;
  const auto filter = derived_from<cpu::PackedFilter>(
      weight, [&] { return cpu::pack_depthwise_filter(numbers(weight), extent(weight, 2)); });
  const cpu::DepthwiseForward<T> job = {depthwise_shape(x, y, convolution), data<T>(x),
                                        reading(before), filter.get(), data<T>(y)};
  const std::int64_t rows = y.size(2);  // of a picture
  const auto first = static_cast<std::size_t>(begin * rows);
  over_chunks((end - begin) * rows, [&](std::size_t chunk, std::size_t from, std::size_t to) {
    cpu::depthwise_forward(job, first + from, first + to, part_of(moments, chunk));
  });
}

template <class T>
void pointwise_forward(const Convolution& convolution, const DeferredBatchNorm* before,
                       const at::Tensor& x, const at::Tensor& y, std::int64_t begin,
                       std::int64_t end, std::vector<cpu::Moments>* moments) {
  const at::Tensor& weight = convolution.weight;
  const std::int64_t first = begin * pixels(x);
  const std::int64_t rows = (end - begin) * pixels(x);
  if (on_matrix_product<T>()) {
    over_chunks(rows, [&](std::size_t chunk, std::size_t from, std::size_t to) {
      pointwise_forward_bf16(as_rows(x), reading(before), weight.flatten(1), as_rows(y),
                             first + static_cast<std::int64_t>(from),
                             first + static_cast<std::int64_t>(to), part_of(moments, chunk));
    });
    return;
  }
  const auto packed = packed_for_forward<T>(weight);
  const cpu::PointwiseForward<T> job = {data<T>(x) + first * x.size(1), reading(before),
                                        packed.get(), data<T>(y) + first * y.size(1)};
  pointwise_forward_rows(job, rows, moments);
}

// Pictures [begin, end).
template <class T>
void forward(const Convolution& convolution, const DeferredBatchNorm* before, const at::Tensor& x,
             const at::Tensor& y, std::int64_t begin, std::int64_t end,
             std::vector<cpu::Moments>* moments) {
  if (is_depthwise(convolution)) {
    depthwise_forward<T>(convolution, before, x, y, begin, end, moments);
  } else {
    pointwise_forward<T>(convolution, before, x, y, begin, end, moments);
  }
}

const float* mean_of(const std::shared_ptr<const DeferredBatchNorm>& bn) {
  return bn ? bn->mean.const_data_ptr<float>() : nullptr;
}

template <class T>
void depthwise_backward(const FusedLayer& layer, const at::Tensor& x, std::int64_t real,
                        const cpu::OutputGradient<T>& output, const at::Tensor& y,
                        std::vector<cpu::GradientSums>& sums, ConvolutionGradient& grads) {
  const at::Tensor& weight = layer.convolution.weight;
  cpu::DepthwiseBackward<T> job;
  job.shape = depthwise_shape(x, y, layer.convolution);
  job.x = data<T>(x);
  job.deferred = reading(layer.before.get());
  job.mean = mean_of(layer.before);
  job.output = output;
  job.weights = weight.const_data_ptr<float>();
  job.grad_x = grads.x.defined() ? data<T>(grads.x) : nullptr;
  const std::size_t count = grads.weight.defined() ? static_cast<std::size_t>(weight.numel()) : 0;
  std::vector<std::vector<double>> of_weights(sums.size(), std::vector<double>(count));
  over_chunks(real, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    cpu::depthwise_backward(job, begin, end, of_weights[chunk], &sums[chunk]);
  });
  if (count == 0) return;
  const at::Tensor by_taps =
      at::empty({weight.size(2), weight.size(3), weight.size(0)}, weight.options());
  float* to = by_taps.mutable_data_ptr<float>();
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    for (const std::vector<double>& part : of_weights) sum += part[i];
    to[i] = static_cast<float>(sum);
  }
  grads.weight.squeeze(1).copy_(by_taps.permute({2, 0, 1}));
}

void on_matrix_product_backward(const FusedLayer& layer, const at::Tensor& x, std::int64_t real,
                                const cpu::OutputGradient<cpu::Bf16>& output,
                                std::vector<cpu::GradientSums>& sums, ConvolutionGradient& grads) {
  const at::Tensor weight = layer.convolution.weight.flatten(1);
  const PointwiseBackwardBf16 job = {.x = as_rows(x),
                                     .weight = weight,
                                     .deferred = reading(layer.before.get()),
                                     .mean = mean_of(layer.before),
                                     .output = output,
                                     .grad_x = grads.x.defined() ? as_rows(grads.x) : grads.x};
  std::vector<at::Tensor> of_weights(sums.size());
  for (at::Tensor& part : of_weights) {
    if (grads.weight.defined()) part = at::zeros(weight.sizes(), weight.options());
  }
  over_chunks(real * pixels(x), [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    pointwise_backward_bf16(job, static_cast<std::int64_t>(begin), static_cast<std::int64_t>(end),
                            of_weights[chunk], sums[chunk]);
  });
  if (!grads.weight.defined()) return;
  grads.weight.zero_();
  for (const at::Tensor& part : of_weights) grads.weight.add_(part.view(grads.weight.sizes()));
}

template <class T>
void pointwise_backward(const FusedLayer& layer, const at::Tensor& x, std::int64_t real,
                        const cpu::OutputGradient<T>& output, std::vector<cpu::GradientSums>& sums,
                        ConvolutionGradient& grads) {
  if constexpr (std::is_same_v<T, cpu::Bf16>) {
    if (on_matrix_product<T>()) {
      return on_matrix_product_backward(layer, x, real, output, sums, grads);
    }
  }
  const at::Tensor& weight = layer.convolution.weight;
  const std::size_t in = extent(weight, 1);
  const std::size_t out = extent(weight, 0);
  const auto packed = cpu::pack_for_backward<T>(numbers(weight), in, out);
  cpu::PointwiseBackward<T> job;
  job.x = data<T>(x);
  job.deferred = reading(layer.before.get());
  job.mean = mean_of(layer.before);
  job.in = in;
  job.out = out;
  job.output = output;
  job.weights = &packed;
  job.grad_x = grads.x.defined() ? data<T>(grads.x) : nullptr;
  pointwise_backward_rows(job, real * pixels(x), grads.weight, sums);
}

}  // namespace

at::Tensor empty_output(const at::Tensor& x, const Convolution& convolution) {
  const std::int64_t kernel = convolution.weight.size(2);
  const std::int64_t stride = convolution.stride;
  return at::empty(
      {x.size(0), convolution.weight.size(0), outputs(x.size(2), convolution.rows, kernel, stride),
       outputs(x.size(3), convolution.columns, kernel, stride)},
      x.options(), kChannelsLast);
}

std::vector<cpu::Moments> convolve(const Convolution& convolution, const DeferredBatchNorm* before,
                                   const at::Tensor& x, const at::Tensor& y,
                                   const BnActOptions& options) {
  const std::int64_t real = counted(x, options);
  std::vector<cpu::Moments> moments;
  if (options.training) moments = sums_for<cpu::Moments>(real * pixels(x), extent(y, 1));
  with_type(x, [&](auto type) {
    using T = decltype(type);
    forward<T>(convolution, before, x, y, 0, real, options.training ? &moments : nullptr);
    forward<T>(convolution, before, x, y, real, x.size(0), nullptr);
  });
  return moments;
}

void convolve_backward(const FusedLayer& layer, const at::Tensor& x, const at::Tensor& y,
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

}  // namespace ag::kernels
