#include "framework/nn/conv_bn_act.h"

#include "framework/kernels/bn_act.h"

namespace ag::nn {
namespace {

std::string kind_of(const ConvOptions& conv) {
  const std::string side = std::to_string(conv.kernel);
  const std::string stride = conv.stride == 1 ? "" : " /" + std::to_string(conv.stride);
  return (conv.groups == 1 ? "conv " : "depthwise ") + side + "x" + side + stride;
}

// "bn, relu6"
std::string kind_of(kernels::Activation activation) {
  const std::string name = kernels::name_of(activation);
  return name.empty() ? "bn" : "bn, " + name;
}

// Numbers kept for each that comes out: itself, and what went into the activation where backward
// needs that.
std::int64_t kept_per_output(kernels::Activation activation) {
  return kernels::derivative_wants_input(activation) ? 2 : 1;
}

}  // namespace

BatchNormActOptions without_activation(BatchNormActOptions options) {
  options.activation = kernels::Activation::kNone;
  return options;
}

ConvBnAct::ConvBnAct(ParameterStore& store, const std::string& conv_name,
                     const std::string& bn_name, const ConvOptions& conv,
                     const BatchNormActOptions& bn_act)
    : conv_name_(conv_name),
      bn_name_(bn_name),
      stage_(store.stage()),
      conv_(conv),
      bn_act_(bn_act),
      weight_(store.weight(conv_name + ".weight",
                           {conv.out, conv.in / conv.groups, conv.kernel, conv.kernel},
                           conv.groups)),
      bn_(store.batch_norm(bn_name, conv.out)) {}

Margin ConvBnAct::margin_of(std::int64_t size) const {
  return conv_.input_is_padded ? Margin{} : margin(conv_.padding, size, conv_.kernel, conv_.stride);
}

at::Tensor ConvBnAct::convolve(const at::Tensor& x, Margin rows, Margin columns) const {
  const std::int64_t strides[] = {conv_.stride, conv_.stride};
  const std::int64_t dilation[] = {1, 1};
  const auto conv2d = [&](const at::Tensor& input, std::int64_t vertical, std::int64_t horizontal) {
    const std::int64_t padding[] = {vertical, horizontal};
    return at::conv2d(input, weight_, {}, at::IntArrayRef(strides), at::IntArrayRef(padding),
                      at::IntArrayRef(dilation), conv_.groups);
  };
  if (rows.begin == rows.end && columns.begin == columns.end) {
    return conv2d(x, rows.begin, columns.begin);
  }
  return conv2d(at::constant_pad_nd(x, {columns.begin, columns.end, rows.begin, rows.end}), 0, 0);
}

at::Tensor ConvBnAct::normalise(const at::Tensor& x, const ForwardContext& context,
                                std::int64_t pad_end) const {
  const bool frozen = stage_ != kHeadStage && stage_ < context.frozen_stages;
  const kernels::BnActOptions options = {.training = context.training && !frozen,
                                         .momentum = bn_act_.momentum,
                                         .eps = bn_act_.eps,
                                         .biased_running_variance = bn_act_.biased_running_variance,
                                         .activation = bn_act_.activation,
                                         .pad_end = pad_end,
                                         .real = context.real,
                                         .all_reduce_sum = context.all_reduce_sum};
  return kernels::bn_act(x, bn_.weight, bn_.bias, bn_.running_mean, bn_.running_var, options);
}

at::Tensor ConvBnAct::forward(const at::Tensor& x, const ForwardContext& context) {
  return normalise(convolve(x, margin_of(x.size(2)), margin_of(x.size(3))), context,
                   bn_act_.pad_end);
}

at::Tensor forward_both(const ConvBnAct& before, const ConvBnAct& after, const at::Tensor& x,
                        const ForwardContext& context) {
  const at::Tensor y = before.convolve(x, before.margin_of(x.size(2)), before.margin_of(x.size(3)));
  Margin rows = after.margin_of(y.size(2));
  Margin columns = after.margin_of(y.size(3));
  const std::int64_t more = rows.end - rows.begin;
  const bool same_both_ways = more == columns.end - columns.begin;
  const std::int64_t pad_end = same_both_ways ? more : 0;
  rows.end -= pad_end;
  columns.end -= pad_end;
  return after.normalise(after.convolve(before.normalise(y, context, pad_end), rows, columns),
                         context, after.bn_act_.pad_end);
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
                    .kind = kind_of(bn_act_.activation),
                    .output = output,
                    .trainable = 2 * conv_.out,
                    .statistics = 2 * conv_.out,
                    .kept = kept_per_output(bn_act_.activation) * output.numel()});
  return output;
}

ValueId ConvBnAct::trace(GraphBuilder& builder, ValueId x) const {
  const Shape input = builder.shape(x);
  const ValueId convolved = builder.add(
      conv_name_,
      op::Convolution{.weight = weight_,
                      .stride = conv_.stride,
                      .groups = conv_.groups,
                      .rows = margin(conv_.padding, input.height, conv_.kernel, conv_.stride),
                      .columns = margin(conv_.padding, input.width, conv_.kernel, conv_.stride)},
      {x});
  const ValueId normalised = builder.add(
      bn_name_, op::BatchNorm{bn_.weight, bn_.bias, bn_.running_mean, bn_.running_var, bn_act_.eps},
      {convolved});
  if (bn_act_.activation == kernels::Activation::kNone) return normalised;
  return builder.add(conv_name_ + ".act", op::Activate{bn_act_.activation}, {normalised});
}

}  // namespace ag::nn
