// timm's names (models/efficientnet.py and mobilenetv3.py, built of _efficientnet_blocks.py) and
// torchvision's (models/mobilenetv2.py and mobilenetv3.py).

#include <fmt/format.h>

#include "framework/nn/weights/unit.h"

namespace ag::weights {
namespace {

// timm counts blocks by stage, a row of its architecture tables each.
std::span<const std::size_t> timm_stages(const std::string& family) {
  static constexpr std::size_t kV1[] = {1, 2, 2, 6, 2};
  static constexpr std::size_t kV2[] = {1, 2, 3, 4, 3, 3, 1};
  static constexpr std::size_t kV3Small[] = {1, 2, 3, 2, 3};
  static constexpr std::size_t kV3Large[] = {1, 2, 3, 4, 2, 3};
  static constexpr std::size_t kV4Small[] = {2, 2, 6, 6};
  if (family == "mobilenet_v1") return kV1;
  if (family == "mobilenet_v2") return kV2;
  if (family == "mobilenet_v3_small") return kV3Small;
  if (family == "mobilenet_v3_large") return kV3Large;
  return kV4Small;
}

std::optional<std::string> timm_block(std::size_t block, const std::string& family) {
  std::size_t stage = 0;
  for (const std::size_t size : timm_stages(family)) {
    if (block < size) return fmt::format("blocks.{}.{}.", stage, block);
    block -= size;
    ++stage;
  }
  return std::nullopt;
}

std::optional<std::string> timm_v1_part(const std::string& part) {
  if (part == "depthwise") return "conv_dw";
  if (part == "depthwise_bn") return "bn1";
  if (part == "pointwise") return "conv_pw";
  if (part == "pointwise_bn") return "bn2";
  return std::nullopt;
}

std::optional<std::string> timm_residual_part(const std::string& part, bool expands) {
  if (part == "expand") return "conv_pw";
  if (part == "expand_bn") return "bn1";
  if (part == "depthwise") return "conv_dw";
  if (part == "depthwise_bn") return expands ? "bn2" : "bn1";
  if (part == "se.reduce") return "se.conv_reduce";
  if (part == "se.expand") return "se.conv_expand";
  if (part == "project") return expands ? "conv_pwl" : "conv_pw";
  if (part == "project_bn") return expands ? "bn3" : "bn2";
  return std::nullopt;
}

std::optional<std::string> timm_v4_part(const std::string& part) {
  if (part == "conv") return "conv";
  if (part == "bn") return "bn1";
  const bool bn = part.ends_with("_bn");
  const std::string base = bn ? part.substr(0, part.size() - 3) : part;
  const std::string inner = bn ? ".bn" : ".conv";
  if (base == "start") return "dw_start" + inner;
  if (base == "expand") return "pw_exp" + inner;
  if (base == "depthwise") return "dw_mid" + inner;
  if (base == "project") return "pw_proj" + inner;
  return std::nullopt;
}

std::optional<std::string> timm_part(const Unit& unit, const Structure& structure) {
  const std::string& family = structure.family();
  if (family == "mobilenet_v1") return timm_v1_part(unit.part);
  if (family == "mobilenet_v4_conv_small") return timm_v4_part(unit.part);
  return timm_residual_part(unit.part, structure.has(unit.block, "expand"));
}

// In timm V2's last convolution is called the head; in V3 and V4 it is a stage of its own and the
// head follows it.
std::optional<std::string> timm_end(const Unit& unit, const Structure& structure) {
  const bool v3 = structure.family().starts_with("mobilenet_v3");
  const bool v4 = structure.family().starts_with("mobilenet_v4");
  if (unit.name == "top.logits") return "classifier";
  if (unit.name == "top.hidden" && (v3 || v4)) return "conv_head";
  if (unit.name == "top.bn" && v4) return "norm_head";
  if (unit.group != "last") return std::nullopt;
  const bool conv = unit.part == "conv";
  if (structure.family() == "mobilenet_v2") return conv ? "conv_head" : "bn2";
  return fmt::format("blocks.{}.0.{}", timm_stages(structure.family()).size(),
                     conv ? "conv" : "bn1");
}

// Where a part of an inverted residual stands among torchvision's children of it.
std::optional<std::string> torchvision_part(const Unit& unit, const Structure& structure) {
  const auto has = [&](const char* part) { return structure.has(unit.block, part); };
  const bool bn = is_batch_norm(unit);
  const std::string base = bn ? unit.part.substr(0, unit.part.size() - 3) : unit.part;
  const int depthwise = has("expand") ? 1 : 0;
  const int squeeze = depthwise + 1;
  const int project = squeeze + (has("se.reduce") ? 1 : 0);
  const int inner = bn ? 1 : 0;
  if (base == "expand") return fmt::format("0.{}", inner);
  if (base == "depthwise") return fmt::format("{}.{}", depthwise, inner);
  if (base == "se.reduce") return fmt::format("{}.fc1", squeeze);
  if (base == "se.expand") return fmt::format("{}.fc2", squeeze);
  if (base != "project") return std::nullopt;
  // V2 doesn't wrap its last convolution and BatchNorm together.
  return structure.family() == "mobilenet_v2" ? fmt::format("{}", project + inner)
                                              : fmt::format("{}.{}", project, inner);
}

std::optional<LayerName> as_layer(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  return LayerName{*name, {}};
}

}  // namespace

std::optional<LayerName> timm_layer(const Unit& unit, const Structure& structure) {
  if (unit.group == "head") return LayerName{unit.name, {}};
  if (unit.name == "stem.conv") return LayerName{"conv_stem", {}};
  if (unit.name == "stem.bn") return LayerName{"bn1", {}};
  if (unit.group == "last" || unit.group == "top") return as_layer(timm_end(unit, structure));
  if (unit.group != "blocks") return std::nullopt;
  const std::optional<std::string> block = timm_block(unit.block, structure.family());
  const std::optional<std::string> part = timm_part(unit, structure);
  if (!block || !part) return std::nullopt;
  return LayerName{*block + *part, {}};
}

std::optional<LayerName> torchvision_layer(const Unit& unit, const Structure& structure) {
  const bool v2 = structure.family() == "mobilenet_v2";
  if (unit.group == "head") return LayerName{unit.name, {}};
  if (unit.name == "top.hidden" && !v2) return LayerName{"classifier.0", {}};
  if (unit.name == "top.logits") return LayerName{v2 ? "classifier.1" : "classifier.3", {}};
  const int inner = is_batch_norm(unit) ? 1 : 0;
  if (unit.group == "stem") return LayerName{fmt::format("features.0.{}", inner), {}};
  if (unit.group == "last") {
    return LayerName{fmt::format("features.{}.{}", structure.blocks() + 1, inner), {}};
  }
  if (unit.group != "blocks") return std::nullopt;
  const std::optional<std::string> part = torchvision_part(unit, structure);
  if (!part) return std::nullopt;
  return LayerName{fmt::format("features.{}.{}.{}", unit.block + 1, v2 ? "conv" : "block", *part),
                   {}};
}

}  // namespace ag::weights
