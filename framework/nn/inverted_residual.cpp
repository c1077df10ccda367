#include "framework/nn/inverted_residual.h"

namespace ag::nn {
namespace {

std::optional<ConvBnAct> make_expand(ParameterStore& store, const std::string& name,
                                     const InvertedResidualOptions& options) {
  if (!options.expands) return std::nullopt;
  return ConvBnAct(store, name + ".expand", name + ".expand_bn",
                   {.in = options.in, .out = options.hidden, .kernel = 1}, options.bn_act);
}

std::optional<SqueezeExcite> make_squeeze_excite(ParameterStore& store, const std::string& name,
                                                 const InvertedResidualOptions& options) {
  if (options.squeezed == 0) return std::nullopt;
  return SqueezeExcite(store, name + ".se", options.hidden, options.squeezed);
}

}  // namespace

InvertedResidual::InvertedResidual(ParameterStore& store, const std::string& name,
                                   const InvertedResidualOptions& options)
    : name_(name),
      adds_input_(options.stride == 1 && options.in == options.out),
      expand_(make_expand(store, name, options)),
      depthwise_(store, name + ".depthwise", name + ".depthwise_bn",
                 {.in = options.hidden,
                  .out = options.hidden,
                  .kernel = options.kernel,
                  .stride = options.stride,
                  .groups = options.hidden,
                  .padding = options.padding},
                 options.bn_act),
      squeeze_excite_(make_squeeze_excite(store, name, options)),
      project_(store, name + ".project", name + ".project_bn",
               {.in = options.hidden, .out = options.out, .kernel = 1},
               without_activation(options.bn_act)) {}

kernels::Features InvertedResidual::forward(kernels::Features x, const ForwardContext& context) {
  at::Tensor input;
  if (adds_input_) x = input = std::move(x).value();
  if (expand_) x = expand_->forward(std::move(x), context);
  x = depthwise_.forward(std::move(x), context);
  if (squeeze_excite_) x = squeeze_excite_->forward(std::move(x));
  x = project_.forward(std::move(x), context);
  return adds_input_ ? std::move(x).value_plus(input) : std::move(x);
}

Shape InvertedResidual::describe(const Shape& input, std::vector<LayerSummary>& layers) const {
  Shape shape = depthwise_.describe(expand_ ? expand_->describe(input, layers) : input, layers);
  if (squeeze_excite_) shape = squeeze_excite_->describe(shape, layers);
  shape = project_.describe(shape, layers);
  if (adds_input_) layers.push_back({.name = name_, .kind = "add input", .output = shape});
  return shape;
}

ValueId InvertedResidual::trace(GraphBuilder& builder, ValueId x) const {
  ValueId y = depthwise_.trace(builder, expand_ ? expand_->trace(builder, x) : x);
  if (squeeze_excite_) y = squeeze_excite_->trace(builder, y);
  y = project_.trace(builder, y);
  return adds_input_ ? builder.add(name_ + ".add", op::Add{}, {y, x}) : y;
}

}  // namespace ag::nn
