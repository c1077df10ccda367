#include "framework/nn/head.h"

#include <utility>

#include "framework/kernels/average_pool.h"
#include "framework/kernels/dense.h"
#include "framework/nn/dropout.h"

namespace ag::nn {

Head::Linear Head::make_linear(ParameterStore& store, const std::string& name, std::int64_t in,
                               std::int64_t out) {
  return {name, store.weight(name + ".weight", {out, in}), store.bias(name + ".bias", out)};
}

Head::Linear Head::make_age(ParameterStore& store, const HeadOptions& options) {
  const std::string name = "head.age";
  const std::int64_t outputs = nn::age_outputs(options.age);
  const std::int64_t vectors = options.age == AgeOutput::kSharedThresholds ? 1 : outputs;
  return {name, store.weight(name + ".weight", {vectors, options.hidden}),
          store.bias(name + ".bias", outputs)};
}

Head::Head(ParameterStore& store, const HeadOptions& options)
    : dropout_(options.dropout),
      hidden_(make_linear(store, "head.hidden", options.features, options.hidden)),
      age_(make_age(store, options)),
      gender_(make_linear(store, "head.gender", options.hidden, kGenders)) {}

// A bias of its own for each output, also where they share their weights.
at::Tensor Head::age_outputs(const at::Tensor& x, at::ScalarType features) const {
  if (age_.weight.size(0) == age_.bias.size(0))
    return kernels::dense(x, age_.weight, age_.bias, features);
  return kernels::dense(x, age_.weight, {}, features) + age_.bias;
}

Prediction Head::forward(kernels::Features features, const ForwardContext& context) const {
  const at::ScalarType type = features.scalar_type();
  const at::Tensor pooled =
      kernels::average_pool(std::move(features)).to(hidden_.weight.scalar_type());
  const at::Tensor x = at::relu(
      kernels::dense(dropout(pooled, dropout_, context), hidden_.weight, hidden_.bias, type));
  return {age_outputs(x, type), kernels::dense(x, gender_.weight, gender_.bias, type)};
}

void Head::describe(const Shape& input, std::vector<LayerSummary>& layers) const {
  layers.push_back({.name = "head.pool",
                    .kind = "average, dropout",
                    .output = {.channels = input.channels},
                    .kept = 2 * input.channels});
  for (const Linear* linear : {&hidden_, &age_, &gender_}) {
    const std::int64_t outputs = linear->bias.numel();
    layers.push_back({.name = linear->name,
                      .kind = linear == &hidden_ ? "dense, relu" : "dense",
                      .output = {.channels = outputs},
                      .trainable = linear->weight.numel() + outputs,
                      .macs = linear->weight.numel(),
                      .kept = outputs});
  }
}

TracedPrediction Head::trace(GraphBuilder& builder, ValueId features) const {
  const ValueId mean = builder.add("head.pool", op::GlobalAverage{}, {features});
  const ValueId flat = builder.add("head.flatten", op::Flatten{}, {mean});
  const auto linear = [&builder](const Linear& layer, ValueId x) {
    // One vector of weights may serve all outputs.
    const at::Tensor weight = layer.weight.expand({layer.bias.size(0), layer.weight.size(1)});
    return builder.add(layer.name, op::Linear{weight, layer.bias}, {x});
  };
  const ValueId hidden = builder.add("head.hidden.act", op::Activate{kernels::Activation::kRelu},
                                     {linear(hidden_, flat)});
  return {linear(age_, hidden), linear(gender_, hidden)};
}

}  // namespace ag::nn
