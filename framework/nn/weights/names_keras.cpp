// Keras's names: keras.applications of Keras 3 (mobilenet.py, mobilenet_v2.py, mobilenet_v3.py),
// and of Keras 2 where they differ: there V3 has slashes in its layers' names.

#include <fmt/format.h>

#include "framework/nn/weights/unit.h"

namespace ag::weights {
namespace {

// The words that a block's layers end with, by our part.
struct PartName {
  std::string_view ours;
  std::string_view theirs;
};

constexpr PartName kV2Parts[] = {{"expand", "expand"},       {"expand_bn", "expand_BN"},
                                 {"depthwise", "depthwise"}, {"depthwise_bn", "depthwise_BN"},
                                 {"project", "project"},     {"project_bn", "project_BN"}};

constexpr PartName kV3Parts[] = {{"expand", "expand"},
                                 {"expand_bn", "expand_bn"},
                                 {"depthwise", "depthwise"},
                                 {"depthwise_bn", "depthwise_bn"},
                                 {"se.reduce", "squeeze_excite_conv"},
                                 {"se.expand", "squeeze_excite_conv_1"},
                                 {"project", "project"},
                                 {"project_bn", "project_bn"}};

constexpr PartName kV3PartsOfKeras2[] = {{"expand", "expand"},
                                         {"expand_bn", "expand/BatchNorm"},
                                         {"depthwise", "depthwise"},
                                         {"depthwise_bn", "depthwise/BatchNorm"},
                                         {"se.reduce", "squeeze_excite/Conv"},
                                         {"se.expand", "squeeze_excite/Conv_1"},
                                         {"project", "project"},
                                         {"project_bn", "project/BatchNorm"}};

std::optional<std::string> find_part(std::span<const PartName> parts, const std::string& prefix,
                                     const std::string& part) {
  for (const PartName& name : parts) {
    if (name.ours == part) return prefix + std::string(name.theirs);
  }
  return std::nullopt;
}

std::optional<LayerName> named(std::optional<std::string> name) {
  if (!name) return std::nullopt;
  return LayerName{*name, {}};
}

std::optional<LayerName> v1_layer(const Unit& unit) {
  if (unit.name == "stem.conv") return LayerName{"conv1", {}};
  if (unit.name == "stem.bn") return LayerName{"conv1_bn", {}};
  if (unit.name == "top.logits") return LayerName{"conv_preds", {}};
  if (unit.group != "blocks") return std::nullopt;
  const std::string_view kind = unit.part.starts_with("depthwise") ? "dw" : "pw";
  return LayerName{
      fmt::format("conv_{}_{}{}", kind, unit.block + 1, is_batch_norm(unit) ? "_bn" : ""), {}};
}

std::optional<LayerName> v2_layer(const Unit& unit) {
  if (unit.name == "stem.conv") return LayerName{"Conv1", {}};
  if (unit.name == "stem.bn") return LayerName{"bn_Conv1", {}};
  if (unit.name == "last.conv") return LayerName{"Conv_1", {}};
  if (unit.name == "last.bn") return LayerName{"Conv_1_bn", {}};
  if (unit.name == "top.logits") return LayerName{"predictions", {"Logits"}};
  if (unit.group != "blocks") return std::nullopt;
  const std::string prefix =
      unit.block == 0 ? "expanded_conv_" : fmt::format("block_{}_", unit.block);
  return named(find_part(kV2Parts, prefix, unit.part));
}

std::optional<LayerName> v3_layer(const Unit& unit, bool keras2) {
  const std::string bn = keras2 ? "/BatchNorm" : "_bn";
  const std::string conv = keras2 ? "Conv" : "conv";
  if (unit.name == "stem.conv") return LayerName{conv, {}};
  if (unit.name == "stem.bn") return LayerName{conv + bn, {}};
  if (unit.name == "last.conv") return LayerName{conv + "_1", {}};
  if (unit.name == "last.bn") return LayerName{conv + "_1" + bn, {}};
  if (unit.name == "top.hidden") return LayerName{conv + "_2", {}};
  if (unit.name == "top.logits") return LayerName{keras2 ? "Logits" : "logits", {}};
  if (unit.group != "blocks") return std::nullopt;
  std::string prefix = "expanded_conv";
  if (unit.block > 0) prefix += fmt::format("_{}", unit.block);
  return keras2 ? named(find_part(kV3PartsOfKeras2, prefix + "/", unit.part))
                : named(find_part(kV3Parts, prefix + "_", unit.part));
}

}  // namespace

std::string_view keras_class(const Unit& unit, const Structure& structure) {
  if (is_batch_norm(unit)) return "batch_normalization";
  if (is_depthwise(unit)) return "depthwise_conv2d";
  if (unit.group == "head") return "dense";
  const bool dense_top = structure.family() == "mobilenet_v2";
  return unit.group == "top" && dense_top ? "dense" : "conv2d";
}

std::optional<LayerName> keras_layer(const Unit& unit, const Structure& structure, Naming naming) {
  if (unit.group == "head") return LayerName{"head_" + unit.part, {}};
  if (structure.family() == "mobilenet_v1") return v1_layer(unit);
  if (structure.family() == "mobilenet_v2") return v2_layer(unit);
  return v3_layer(unit, naming == Naming::kKeras2);
}

}  // namespace ag::weights
