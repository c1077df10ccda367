#include "framework/nn/conv_bn_act.h"

#include <utility>

#include "framework/kernels/conv_bn_act.h"

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

kernels::Features ConvBnAct::forward(kernels::Features x, const ForwardContext& context) {
  const auto margin_of = [this](std::int64_t size) {
    return margin(conv_.padding, size, conv_.kernel, conv_.stride);
  };
  const kernels::Convolution convolution = {.weight = weight_,
                                            .stride = conv_.stride,
                                            .groups = conv_.groups,
                                            .rows = margin_of(x.size(2)),
                                            .columns = margin_of(x.size(3))};
  const bool frozen = stage_ != kHeadStage && stage_ < context.frozen_stages;
  const kernels::BnActOptions options = {.training = context.training && !frozen,
                                         .momentum = bn_act_.momentum,
                                         .eps = bn_act_.eps,
                                         .biased_running_variance = bn_act_.biased_running_variance,
                                         .activation = bn_act_.activation,
                                         .real = context.real,
                                         .all_reduce_sum = context.all_reduce_sum,
                                         .clock = context.clock,
                                         .layer = context.clock ? conv_name_ : ""};
  return kernels::conv_bn_act(std::move(x), convolution, bn_, options);
}

Shape ConvBnAct::describe(const Shape& input, std::vector<LayerSummary>& layers) const {
  const Shape output = {conv_.out,
                        output_size(conv_.padding, input.height, conv_.kernel, conv_.stride),
                        output_size(conv_.padding, input.width, conv_.kernel, conv_.stride)};
  const std::int64_t weights = weight_.numel();
  layers.push_back({.name = conv_name_,
                    .kind = kind_of(conv_),
                    .input = input,
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
