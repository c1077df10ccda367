#include "framework/nn/head.h"

#include "framework/nn/dropout.h"

namespace ag::nn {

Head::Linear Head::make_linear(ParameterStore& store, const std::string& name, std::int64_t in,
                               std::int64_t out) {
  return {name, store.weight(name + ".weight", {out, in}), store.bias(name + ".bias", out)};
}

Head::Head(ParameterStore& store, const HeadOptions& options)
    : dropout_(options.dropout),
      hidden_(make_linear(store, "head.hidden", options.features, options.hidden)),
      age_(make_linear(store, "head.age", options.hidden, kAges)),
      gender_(make_linear(store, "head.gender", options.hidden, kGenders)) {}

Prediction Head::forward(const at::Tensor& features, const ForwardContext& context) const {
  const at::Tensor pooled = dropout(features.mean({2, 3}), dropout_, context);
  const at::Tensor x = at::relu(at::linear(pooled, hidden_.weight, hidden_.bias));
  return {at::linear(x, age_.weight, age_.bias), at::linear(x, gender_.weight, gender_.bias)};
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

}  // namespace ag::nn
