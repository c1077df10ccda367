#include "framework/nn/depthwise_separable.h"

#include <utility>

namespace ag::nn {
DepthwiseSeparable::DepthwiseSeparable(ParameterStore& store, const std::string& name,
                                       const DepthwiseSeparableOptions& options)
    : depthwise_(store, name + ".depthwise", name + ".depthwise_bn",
                 {.in = options.in,
                  .out = options.in * options.depth_multiplier,
                  .stride = options.stride,
                  .groups = options.in,
                  .padding = options.padding},
                 options.bn_act),
      pointwise_(store, name + ".pointwise", name + ".pointwise_bn",
                 {.in = options.in * options.depth_multiplier, .out = options.out, .kernel = 1},
                 options.bn_act) {}

kernels::Features DepthwiseSeparable::forward(kernels::Features x, const ForwardContext& context) {
  return pointwise_.forward(depthwise_.forward(std::move(x), context), context);
}

Shape DepthwiseSeparable::describe(const Shape& input, std::vector<LayerSummary>& layers) const {
  return pointwise_.describe(depthwise_.describe(input, layers), layers);
}

ValueId DepthwiseSeparable::trace(GraphBuilder& builder, ValueId x) const {
  return pointwise_.trace(builder, depthwise_.trace(builder, x));
}

}  // namespace ag::nn
