#include "framework/nn/conv_bn_act.h"

#include "framework/kernels/bn_act.h"

namespace ag::nn {
namespace {

std::string kind_of(const ConvOptions& conv) {
  const std::string side = std::to_string(conv.kernel);
  const std::string stride = conv.stride == 1 ? "" : " /" + std::to_string(conv.stride);
  return (conv.groups == 1 ? "conv " : "depthwise ") + side + "x" + side + stride;
}

}  // namespace

ConvBnAct::ConvBnAct(ParameterStore& store, const std::string& conv_name,
                     const std::string& bn_name, const ConvOptions& conv,
                     const BatchNormActOptions& bn_act)
    : conv_name_(conv_name),
      bn_name_(bn_name),
      conv_(conv),
      bn_act_(bn_act),
      weight_(store.weight(conv_name + ".weight",
                           {conv.out, conv.in / conv.groups, conv.kernel, conv.kernel},
                           conv.groups)),
      bn_(store.batch_norm(bn_name, conv.out)) {}

at::Tensor ConvBnAct::convolve(const at::Tensor& x) const {
  const std::int64_t strides[] = {conv_.stride, conv_.stride};
  const std::int64_t dilation[] = {1, 1};
  const auto conv2d = [&](const at::Tensor& input, std::int64_t vertical, std::int64_t horizontal) {
    const std::int64_t padding[] = {vertical, horizontal};
    return at::conv2d(input, weight_, {}, at::IntArrayRef(strides), at::IntArrayRef(padding),
                      at::IntArrayRef(dilation), conv_.groups);
  };
  if (conv_.input_is_padded) return conv2d(x, 0, 0);
  const Margin rows = margin(conv_.padding, x.size(2), conv_.kernel, conv_.stride);
  const Margin columns = margin(conv_.padding, x.size(3), conv_.kernel, conv_.stride);
  if (rows.begin == rows.end && columns.begin == columns.end) {
    return conv2d(x, rows.begin, columns.begin);
  }
  return conv2d(at::constant_pad_nd(x, {columns.begin, columns.end, rows.begin, rows.end}), 0, 0);
}

at::Tensor ConvBnAct::forward(const at::Tensor& x, const ForwardContext& context) {
  const kernels::BnActOptions options = {.training = context.training,
                                         .momentum = bn_act_.momentum,
                                         .eps = bn_act_.eps,
                                         .activation = bn_act_.activation,
                                         .pad_end = bn_act_.pad_end,
                                         .real = context.real,
                                         .all_reduce_sum = context.all_reduce_sum};
  return kernels::bn_act(convolve(x), bn_.weight, bn_.bias, bn_.running_mean, bn_.running_var,
                         options);
}

Shape ConvBnAct::describe(const Shape& input, std::vector<LayerSummary>& layers) const {
  const Shape output = {conv_.out,
                        output_size(conv_.padding, input.height, conv_.kernel, conv_.stride),
                        output_size(conv_.padding, input.width, conv_.kernel, conv_.stride)};
  const std::int64_t weights = weight_.numel();
  layers.push_back({.name = conv_name_,
                    .kind = kind_of(conv_),
                    .output = output,
                    .trainable = weights,
                    .macs = weights * output.height * output.width,
                    .kept = output.numel()});
  layers.push_back({.name = bn_name_,
                    .kind = "bn_act",
                    .output = output,
                    .trainable = 2 * conv_.out,
                    .statistics = 2 * conv_.out,
                    .kept = output.numel()});
  return output;
}

}  // namespace ag::nn
