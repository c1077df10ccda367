#include "framework/nn/squeeze_excite.h"

namespace ag::nn {
namespace {

// A 1x1 convolution of one pixel.
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return at::linear(x, weight.flatten(1), bias);
}

}  // namespace

SqueezeExcite::Layer SqueezeExcite::make_layer(ParameterStore& store, const std::string& name,
                                               std::int64_t in, std::int64_t out) {
  return {name, store.weight(name + ".weight", {out, in, 1, 1}), store.bias(name + ".bias", out)};
}

SqueezeExcite::SqueezeExcite(ParameterStore& store, const std::string& name, std::int64_t channels,
                             std::int64_t squeezed)
    : reduce_(make_layer(store, name + ".reduce", channels, squeezed)),
      expand_(make_layer(store, name + ".expand", squeezed, channels)) {}

at::Tensor SqueezeExcite::forward(const at::Tensor& x) const {
  const at::Tensor squeezed =
      at::relu(linear(x.mean({2, 3}, /*keepdim=*/false, reduce_.weight.scalar_type()),
                      reduce_.weight, reduce_.bias));
  // Not at::hardsigmoid: its gradient holds 1/6 as a float whatever the tensor's type.
  const at::Tensor gate = (linear(squeezed, expand_.weight, expand_.bias) + 3).clamp(0, 6) / 6;
  return x * gate.to(x.scalar_type()).view({x.size(0), x.size(1), 1, 1});
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
