// A layer of ours taken apart by its name, and the rules that call it otherwise. Internal to names.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/nn/weights/names.h"

namespace ag::weights {

// "blocks.3.depthwise_bn": what a tensor's name says before its last dot.
struct Unit {
  std::string name;
  std::string group;      // "stem", "blocks", "last", "top" or "head"
  std::size_t block = 0;  // of "blocks"
  std::string part;       // "conv", "depthwise_bn", "se.reduce", …
};

// What the rules may ask about the whole network.
class Structure {
 public:
  Structure(std::string_view family, std::span<const nn::NamedTensor> tensors);

  const std::string& family() const { return family_; }
  std::size_t blocks() const { return parts_.size(); }
  bool has(std::size_t block, const std::string& part) const {
    return parts_[block].contains(part);
  }

 private:
  std::string family_;
  std::vector<std::set<std::string>> parts_;  // of each block
};

struct SplitName {
  Unit unit;
  std::string variable;  // "weight", "bias", "running_mean" or "running_var"
};
// Nothing where the name isn't of a network's tensor.
std::optional<SplitName> split_name(std::string_view name);

bool is_batch_norm(const Unit& unit);
bool is_depthwise(const Unit& unit);

// The layer's name elsewhere; nothing where the other side has no such layer.
struct LayerName {
  std::string name;
  std::vector<std::string> also;
};
std::optional<LayerName> keras_layer(const Unit& unit, const Structure& structure, Naming naming);
std::optional<LayerName> timm_layer(const Unit& unit, const Structure& structure);
std::optional<LayerName> torchvision_layer(const Unit& unit, const Structure& structure);

// What Keras makes of the layer: "conv2d", "depthwise_conv2d", "batch_normalization" or "dense".
std::string_view keras_class(const Unit& unit, const Structure& structure);

}  // namespace ag::weights
