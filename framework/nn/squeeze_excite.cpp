#include "framework/nn/squeeze_excite.h"

#include <utility>

#include "framework/kernels/squeeze_excite.h"

namespace ag::nn {

SqueezeExcite::Layer SqueezeExcite::make_layer(ParameterStore& store, const std::string& name,
                                               std::int64_t in, std::int64_t out) {
  return {name, store.weight(name + ".weight", {out, in, 1, 1}), store.bias(name + ".bias", out)};
}

SqueezeExcite::SqueezeExcite(ParameterStore& store, const std::string& name, std::int64_t channels,
                             std::int64_t squeezed)
    : reduce_(make_layer(store, name + ".reduce", channels, squeezed)),
      expand_(make_layer(store, name + ".expand", squeezed, channels)) {}

kernels::Features SqueezeExcite::forward(kernels::Features x) const {
  return kernels::squeeze_excite(std::move(x),
                                 {reduce_.weight, reduce_.bias, expand_.weight, expand_.bias});
}

Shape SqueezeExcite::describe(const Shape& input, std::vector<LayerSummary>& layers) const {
  for (const Layer* layer : {&reduce_, &expand_}) {
    const std::int64_t outputs = layer->bias.numel();
    layers.push_back(
        {.name = layer->name,
         .kind = layer == &reduce_ ? "conv 1x1, relu" : "conv 1x1, gate",
         .output = {.channels = outputs},
         .trainable = layer->weight.numel() + outputs,
         .macs = layer->weight.numel(),
         .kept = layer == &reduce_ ? input.channels + outputs : 2 * outputs + input.numel()});
  }
  return input;
}

ValueId SqueezeExcite::trace(GraphBuilder& builder, ValueId x) const {
  const std::string& name = reduce_.name;
  const auto layer = [&builder](const Layer& of, ValueId input, kernels::Activation activation) {
    const ValueId y =
        builder.add(of.name, op::Convolution{.weight = of.weight, .bias = of.bias}, {input});
    return builder.add(of.name + ".act", op::Activate{activation}, {y});
  };
  const ValueId mean = builder.add(name + ".mean", op::GlobalAverage{}, {x});
  const ValueId squeezed = layer(reduce_, mean, kernels::Activation::kRelu);
  const ValueId gate = layer(expand_, squeezed, kernels::Activation::kHardSigmoid);
  return builder.add(expand_.name + ".gated", op::Multiply{}, {x, gate});
}

}  // namespace ag::nn
