#include "framework/nn/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "framework/nn/flavour.h"

namespace ag::nn {
namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

void ModelConfig::visit(config::Visitor& v) {
  v.field("name", name, config::one_of(family_names()), "which network");
  v.field("flavour", flavour, config::one_of({"keras", "torchvision", "timm"}),
          "whose form of it: padding, BatchNorm's constants, rounding of channels, scaling of "
          "pictures; null: keras, and timm for mobilenet_v4_conv_small");
  v.field("width", width, config::above_up_to(0, 2),
          "what the channels of every convolution are multiplied with");
  v.field("depth_multiplier", depth_multiplier, config::at_least(1),
          "outputs of each depthwise filter, mobilenet_v1 alone");
  v.field("dropout", dropout, config::from_below(0, 1),
          "share of the pooled features dropped in training");
  v.field("hidden", hidden, config::at_least(1), "units of the dense layer before the two heads");
  v.field("init", init, config::one_of({"glorot", "he"}),
          "how weights begin: glorot as in Keras, or he (by fan out) as in timm");
  v.field("bn_momentum", bn_momentum, config::from_below(0, 1),
          "share of BatchNorm's old running statistics kept in a step, 1 minus PyTorch's momentum; "
          "null: the flavour's own");
  v.field("weights", weights, config::any(),
          "a file with the weights to begin with; null: fresh ones");
  if (!contains(family_names(), name)) return;
  const std::vector<std::string> flavours = flavour_names(name);
  v.require(!flavour || contains(flavours, *flavour), "flavour",
            fmt::format("is one of {} for {}", fmt::join(flavours, ", "), name));
  v.require(depth_multiplier == 1 || name == "mobilenet_v1", "depth_multiplier",
            "is 1 for every network but mobilenet_v1");
}

}  // namespace ag::nn
