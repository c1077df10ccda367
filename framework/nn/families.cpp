#include "framework/nn/families.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/core/error.h"

namespace ag::nn {

const std::vector<Family>& families() {
  static const std::vector<Family> all = {mobilenet_v1(), mobilenet_v2(), mobilenet_v3_small(),
                                          mobilenet_v3_large(), mobilenet_v4_conv_small()};
  return all;
}

const Family& find_family(const std::string& name) {
  const std::vector<Family>& all = families();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Family& family) { return family.name == name; });
  if (found != all.end()) return *found;
  throw usage_error("model.name", fmt::format("there is no network '{}'", name),
                    fmt::format("there are {}", fmt::join(family_names(), ", ")));
}

Flavour pytorch_flavour(const std::string& name, double bn_eps, double bn_momentum) {
  Flavour flavour;
  flavour.name = name;
  flavour.stem_padding = Padding::kSymmetric;
  flavour.stride_padding = Padding::kSymmetric;
  flavour.bn_eps = bn_eps;
  flavour.bn_momentum = bn_momentum;
  flavour.scaling = {.mean = {0.485, 0.456, 0.406}, .std = {0.229, 0.224, 0.225}};
  return flavour;
}

Flavour keras_flavour(double bn_momentum) {
  Flavour flavour;
  flavour.name = "keras";
  flavour.bn_eps = 1e-3;
  flavour.bn_momentum = bn_momentum;
  flavour.biased_running_variance = true;
  return flavour;
}

BatchNormActOptions bn_act_options(const ModelConfig& config, const Flavour& flavour,
                                   kernels::Activation activation) {
  return {.momentum = config.bn_momentum.value_or(flavour.bn_momentum),
          .eps = flavour.bn_eps,
          .biased_running_variance = flavour.biased_running_variance,
          .activation = activation};
}

}  // namespace ag::nn
