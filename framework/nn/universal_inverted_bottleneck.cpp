#include "framework/nn/universal_inverted_bottleneck.h"

namespace ag::nn {
namespace {

using Options = UniversalInvertedBottleneckOptions;

std::optional<ConvBnAct> make_start(ParameterStore& store, const std::string& name,
                                    const Options& options) {
  if (options.start_kernel == 0) return std::nullopt;
  return ConvBnAct(store, name + ".start", name + ".start_bn",
                   {.in = options.in,
                    .out = options.in,
                    .kernel = options.start_kernel,
                    .stride = options.middle_kernel == 0 ? options.stride : 1,
                    .groups = options.in,
                    .padding = options.padding},
                   without_activation(options.bn_act));
}

std::optional<ConvBnAct> make_depthwise(ParameterStore& store, const std::string& name,
                                        const Options& options) {
  if (options.middle_kernel == 0) return std::nullopt;
  return ConvBnAct(store, name + ".depthwise", name + ".depthwise_bn",
                   {.in = options.hidden,
                    .out = options.hidden,
                    .kernel = options.middle_kernel,
                    .stride = options.stride,
                    .groups = options.hidden,
                    .padding = options.padding},
                   options.bn_act);
}

}  // namespace

UniversalInvertedBottleneck::UniversalInvertedBottleneck(ParameterStore& store,
                                                         const std::string& name,
                                                         const Options& options)
    : name_(name),
      adds_input_(options.stride == 1 && options.in == options.out),
      start_(make_start(store, name, options)),
      expand_(store, name + ".expand", name + ".expand_bn",
              {.in = options.in, .out = options.hidden, .kernel = 1}, options.bn_act),
      depthwise_(make_depthwise(store, name, options)),
      project_(store, name + ".project", name + ".project_bn",
               {.in = options.hidden, .out = options.out, .kernel = 1},
               without_activation(options.bn_act)) {}

kernels::Features UniversalInvertedBottleneck::forward(kernels::Features x,
                                                       const ForwardContext& context) {
  at::Tensor input;
  if (adds_input_) x = input = std::move(x).value();
  if (start_) x = start_->forward(std::move(x), context);
  x = expand_.forward(std::move(x), context);
  if (depthwise_) x = depthwise_->forward(std::move(x), context);
  x = project_.forward(std::move(x), context);
  return adds_input_ ? std::move(x).value_plus(input) : std::move(x);
}

Shape UniversalInvertedBottleneck::describe(const Shape& input,
                                            std::vector<LayerSummary>& layers) const {
  Shape shape = start_ ? start_->describe(input, layers) : input;
  shape = expand_.describe(shape, layers);
  if (depthwise_) shape = depthwise_->describe(shape, layers);
  shape = project_.describe(shape, layers);
  if (adds_input_) layers.push_back({.name = name_, .kind = "add input", .output = shape});
  return shape;
}

ValueId UniversalInvertedBottleneck::trace(GraphBuilder& builder, ValueId x) const {
  ValueId y = expand_.trace(builder, start_ ? start_->trace(builder, x) : x);
  if (depthwise_) y = depthwise_->trace(builder, y);
  y = project_.trace(builder, y);
  return adds_input_ ? builder.add(name_ + ".add", op::Add{}, {y, x}) : y;
}

}  // namespace ag::nn
