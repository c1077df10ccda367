// The families of networks there are. Each is a table of its blocks in a file of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "framework/nn/classifier_top.h"
#include "framework/nn/conv_bn_act.h"
#include "framework/nn/flavour.h"
#include "framework/nn/model_config.h"
#include "framework/nn/parameter_store.h"
#include "framework/nn/trunk.h"

namespace ag::nn {

// What a classifier has between the pooled features and its logits in the family's original form.
struct Top {
  TopKind kind = TopKind::kNothing;
  std::int64_t hidden = 0;  // channels of that layer
};

struct Family {
  std::string name;               // "mobilenet_v2"
  std::string source;             // the paper: "arXiv:1801.04381"
  std::vector<Flavour> flavours;  // the default first
  std::function<std::unique_ptr<Trunk>(const ModelConfig&, const Flavour&, ParameterStore&)> trunk;
  std::function<Top(const ModelConfig&, const Flavour&)> top;
};

Family mobilenet_v1();
Family mobilenet_v2();
Family mobilenet_v3_small();
Family mobilenet_v3_large();
Family mobilenet_v4_conv_small();

// All of them, in this order.
const std::vector<Family>& families();
// Throws a usage error that names those there are.
const Family& find_family(const std::string& name);

// What the flavours of PyTorch's two collections have in common: symmetric padding, ImageNet's mean
// and deviation.
Flavour pytorch_flavour(const std::string& name, double bn_eps, double bn_momentum);
// What Keras's V2 and V3 have in common.
Flavour keras_flavour(double bn_momentum);

// The options of a BatchNorm with activation in this network.
BatchNormActOptions bn_act_options(const ModelConfig& config, const Flavour& flavour,
                                   kernels::Activation activation);

}  // namespace ag::nn
