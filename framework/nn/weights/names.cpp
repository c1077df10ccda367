#include "framework/nn/weights/names.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "framework/core/error.h"
#include "framework/nn/weights/unit.h"

namespace ag::weights {
namespace {

constexpr std::string_view kBlocks = "blocks.";

bool is_keras(Naming naming) {
  return naming == Naming::kKeras2 || naming == Naming::kKeras3 || naming == Naming::kKerasByClass;
}

std::string keras_variable(const Unit& unit, const std::string& variable, Naming naming) {
  if (variable == "running_mean") return "moving_mean";
  if (variable == "running_var") return "moving_variance";
  if (is_batch_norm(unit)) return variable == "weight" ? "gamma" : "beta";
  if (variable == "bias") return "bias";
  return naming == Naming::kKeras2 && is_depthwise(unit) ? "depthwise_kernel" : "kernel";
}

// By name: not for names by class.
std::optional<LayerName> layer_name(const Unit& unit, const Structure& structure, Naming naming) {
  if (is_keras(naming)) return keras_layer(unit, structure, naming);
  return naming == Naming::kTimm ? timm_layer(unit, structure) : torchvision_layer(unit, structure);
}

Layout keras_layout(const Unit& unit, const std::string& variable, const Structure& structure,
                    bool has_kernel_axes) {
  if (is_batch_norm(unit) || variable != "weight") return Layout::kSame;
  if (is_depthwise(unit)) return Layout::kDepthwise;
  if (keras_class(unit, structure) == "dense") return Layout::kDense;
  return has_kernel_axes ? Layout::kConv : Layout::kConvOfDense;
}

// Checkpoints of V1 once called its two BatchNorms by number.
std::vector<std::string> earlier_names(const SplitName& split, const std::string& family) {
  if (family != "mobilenet_v1" || split.unit.group != "blocks") return {};
  const bool first = split.unit.part == "depthwise_bn";
  if (!first && split.unit.part != "pointwise_bn") return {};
  return {fmt::format("blocks.{}.{}.{}", split.unit.block, first ? "bn1" : "bn2", split.variable)};
}

// Numbers the layers of each class in the order in which they are met, as Keras does: conv2d,
// conv2d_1, ...
class ClassCounter {
 public:
  const std::string& name_of(const Unit& unit, const Structure& structure) {
    const auto [entry, added] = names_.try_emplace(unit.name);
    if (!added) return entry->second;
    const std::string type(keras_class(unit, structure));
    const int number = counts_[type]++;
    entry->second = number == 0 ? type : fmt::format("{}_{}", type, number);
    return entry->second;
  }

 private:
  std::map<std::string, std::string> names_;
  std::map<std::string, int> counts_;
};

class MapMaker {
 public:
  MapMaker(std::string_view family, Naming naming, std::span<const nn::NamedTensor> tensors)
      : naming_(naming), structure_(family, tensors) {}

  std::optional<ForeignName> name_of(const nn::NamedTensor& tensor) {
    const std::optional<SplitName> split = split_name(tensor.name);
    if (!split) return std::nullopt;
    ForeignName name{.ours = tensor.name};
    name.multiplier = multiplier_of(split->unit, tensor);
    if (naming_ == Naming::kOurs) {
      name.foreign = tensor.name;
      name.also = earlier_names(*split, structure_.family());
      return name;
    }
    return is_keras(naming_) ? keras_name(*split, tensor, std::move(name))
                             : torch_name(*split, std::move(name));
  }

 private:
  std::optional<ForeignName> keras_name(const SplitName& split, const nn::NamedTensor& tensor,
                                        ForeignName name) {
    std::optional<LayerName> layer;
    if (naming_ == Naming::kKerasByClass) {
      layer = LayerName{classes_.name_of(split.unit, structure_), {}};
    } else {
      layer = layer_name(split.unit, structure_, naming_);
    }
    if (!layer) return std::nullopt;
    const std::string variable =
        fmt::format("/{}", keras_variable(split.unit, split.variable, naming_));
    name.foreign = layer->name + variable;
    for (const std::string& also : layer->also) name.also.push_back(also + variable);
    name.layout = keras_layout(split.unit, split.variable, structure_, tensor.tensor.dim() == 4);
    return name;
  }

  std::optional<ForeignName> torch_name(const SplitName& split, ForeignName name) const {
    const std::optional<LayerName> layer = layer_name(split.unit, structure_, naming_);
    if (!layer) return std::nullopt;
    name.foreign = layer->name + "." + split.variable;
    const bool linear_there = naming_ == Naming::kTorchvision && split.unit.name == "top.hidden";
    if (linear_there && split.variable == "weight") name.layout = Layout::kLinearOfConv;
    return name;
  }

  // Of a depthwise convolution: its outputs over those of the convolution before it.
  std::int64_t multiplier_of(const Unit& unit, const nn::NamedTensor& tensor) {
    if (tensor.kind != nn::TensorKind::kWeight || tensor.tensor.dim() != 4) return 1;
    const std::int64_t before = std::exchange(channels_, tensor.tensor.size(0));
    if (unit.group == "blocks" && unit.part.starts_with("se.")) channels_ = before;
    return is_depthwise(unit) && before > 0 ? tensor.tensor.size(0) / before : 1;
  }

  Naming naming_;
  Structure structure_;
  ClassCounter classes_;
  std::int64_t channels_ = 0;
};

}  // namespace

std::optional<SplitName> split_name(std::string_view name) {
  const std::size_t last_dot = name.rfind('.');
  if (last_dot == std::string_view::npos) return std::nullopt;
  SplitName split;
  split.variable = name.substr(last_dot + 1);
  Unit& unit = split.unit;
  unit.name = name.substr(0, last_dot);
  std::string_view rest = unit.name;
  const std::size_t first_dot = rest.find('.');
  if (first_dot == std::string_view::npos) return std::nullopt;
  unit.group = rest.substr(0, first_dot);
  rest.remove_prefix(first_dot + 1);
  if (unit.group == "blocks") {
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), unit.block);
    if (failure != std::errc() || end == rest.data() + rest.size() || *end != '.') {
      return std::nullopt;
    }
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  }
  unit.part = rest;
  return split;
}

bool is_batch_norm(const Unit& unit) {
  return unit.part == "bn" || unit.part.ends_with("_bn");
}

bool is_depthwise(const Unit& unit) {
  return unit.group == "blocks" && (unit.part == "depthwise" || unit.part == "start");
}

Structure::Structure(std::string_view family, std::span<const nn::NamedTensor> tensors)
    : family_(family) {
  for (const nn::NamedTensor& tensor : tensors) {
    if (!tensor.name.starts_with(kBlocks)) continue;
    const std::optional<SplitName> split = split_name(tensor.name);
    if (!split) continue;
    if (split->unit.block >= parts_.size()) parts_.resize(split->unit.block + 1);
    parts_[split->unit.block].insert(split->unit.part);
  }
}

std::string_view naming_title(Naming naming) {
  switch (naming) {
    case Naming::kOurs:
      return "agtrain";
    case Naming::kKeras2:
      return "Keras 2";
    case Naming::kKeras3:
      return "Keras 3";
    case Naming::kKerasByClass:
      return "Keras, by class";
    case Naming::kTimm:
      return "timm";
    case Naming::kTorchvision:
      break;
  }
  return "torchvision";
}

std::vector<Naming> namings_of(std::string_view family) {
  std::vector<Naming> namings = {Naming::kOurs};
  const bool in_keras = !family.starts_with("mobilenet_v4");
  if (in_keras) {
    namings.insert(namings.end(), {Naming::kKeras2, Naming::kKeras3, Naming::kKerasByClass});
  }
  namings.push_back(Naming::kTimm);
  if (in_keras && family != "mobilenet_v1") namings.push_back(Naming::kTorchvision);
  return namings;
}

NameMap make_name_map(std::string_view family, Naming naming,
                      std::span<const nn::NamedTensor> tensors) {
  if (std::ranges::count(namings_of(family), naming) == 0) {
    throw Error("model.name", fmt::format("{} has no {}", naming_title(naming), family));
  }
  MapMaker maker(family, naming, tensors);
  std::vector<ForeignName> entries;
  for (const nn::NamedTensor& tensor : tensors) {
    if (std::optional<ForeignName> name = maker.name_of(tensor)) {
      entries.push_back(std::move(*name));
    }
  }
  return NameMap(std::move(entries));
}

std::vector<std::string> top_layers(std::string_view family, Naming naming) {
  if (naming == Naming::kOurs) return {"top."};
  if (naming == Naming::kKerasByClass) return {};
  const Structure structure(family, {});
  std::vector<std::string> layers;
  for (const char* part : {"hidden", "bn", "logits"}) {
    const Unit unit{fmt::format("top.{}", part), "top", 0, part};
    const std::optional<LayerName> layer = layer_name(unit, structure, naming);
    if (!layer) continue;
    const char* const end = is_keras(naming) ? "/" : ".";
    layers.push_back(layer->name + end);
    for (const std::string& also : layer->also) layers.push_back(also + end);
  }
  return layers;
}

NameMap::NameMap(std::vector<ForeignName> entries) : entries_(std::move(entries)) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    by_ours_.emplace(entries_[i].ours, i);
    by_foreign_.emplace(entries_[i].foreign, i);
    for (const std::string& also : entries_[i].also) by_foreign_.emplace(also, i);
  }
}

const ForeignName* NameMap::by_ours(std::string_view name) const {
  const auto found = by_ours_.find(name);
  return found == by_ours_.end() ? nullptr : &entries_[found->second];
}

const ForeignName* NameMap::by_foreign(std::string_view name) const {
  const auto found = by_foreign_.find(name);
  return found == by_foreign_.end() ? nullptr : &entries_[found->second];
}

}  // namespace ag::weights
