// Features to logits: global average pooling, dropout, a dense layer with ReLU, one linear layer
// each for age and gender.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "framework/kernels/features.h"
#include "framework/nn/age_output.h"
#include "framework/nn/network.h"
#include "framework/nn/parameter_store.h"
#include "framework/nn/summary.h"

namespace ag::nn {

struct HeadOptions {
  std::int64_t features = 0;  // channels that come in
  std::int64_t hidden = 1024;
  double dropout = 0.5;
  AgeOutput age = AgeOutput::kClasses;
};

class Head {
 public:
  // Its tensors are head.{hidden, age, gender}.{weight, bias}. With shared thresholds
  // head.age.weight is [1, hidden] and head.age.bias [100].
  Head(ParameterStore& store, const HeadOptions& options);

  // `features` [N, C, H, W].
  Prediction forward(kernels::Features features, const ForwardContext& context) const;

  void describe(const Shape& input, std::vector<LayerSummary>& layers) const;
  TracedPrediction trace(GraphBuilder& builder, ValueId features) const;

 private:
  struct Linear {
    std::string name;
    at::Tensor weight, bias;  // [O, I], [O]
  };
  static Linear make_linear(ParameterStore& store, const std::string& name, std::int64_t in,
                            std::int64_t out);
  static Linear make_age(ParameterStore& store, const HeadOptions& options);

  // `features` as kernels::dense has it.
  at::Tensor age_outputs(const at::Tensor& x, at::ScalarType features) const;

  double dropout_;
  Linear hidden_, age_, gender_;
};

}  // namespace ag::nn
