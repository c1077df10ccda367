#include "framework/nn/weights/name_fit.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ag::weights {
namespace {

constexpr std::string_view kStem = "stem.conv.weight";

// What stands before `ending` in `name`, when that is whole words.
std::optional<std::string> before(const std::string& name, std::string_view ending) {
  if (!name.ends_with(ending)) return std::nullopt;
  const std::string prefix = name.substr(0, name.size() - ending.size());
  if (!prefix.empty() && !prefix.ends_with('.') && !prefix.ends_with('/')) return std::nullopt;
  return prefix;
}

// A wrapped or nested network has a prefix, which its first convolution shows. Shorter ones first.
std::vector<std::string> prefixes_of(const StateDict& weights, const NameMap& map) {
  std::set<std::string> found = {""};
  if (const ForeignName* stem = map.by_ours(kStem)) {
    for (const StateDict::Entry& entry : weights.entries()) {
      if (auto prefix = before(entry.name, stem->foreign)) found.insert(std::move(*prefix));
    }
  }
  std::vector<std::string> prefixes(found.begin(), found.end());
  std::ranges::stable_sort(prefixes, {}, &std::string::size);
  return prefixes;
}

struct Telltale {
  std::string_view part;  // of a name; found in names of this family and of none above it
  Naming naming;
  std::string_view family;
};

// In the order in which they are looked for.
constexpr Telltale kTelltales[] = {
    {"dw_mid.conv.", Naming::kTimm, "mobilenet_v4_conv_small"},
    {"features.16.block.", Naming::kTorchvision, "mobilenet_v3_large"},
    {"features.15.block.", Naming::kTorchvision, "mobilenet_v3_large"},
    {"features.1.block.0.0.", Naming::kTorchvision, "mobilenet_v3_small"},
    {"features.1.conv.0.0.", Naming::kTorchvision, "mobilenet_v2"},
    {"expanded_conv_14/", Naming::kKeras2, "mobilenet_v3_large"},
    {"expanded_conv_10/", Naming::kKeras2, "mobilenet_v3_small"},
    {"expanded_conv_14_", Naming::kKeras3, "mobilenet_v3_large"},
    {"expanded_conv_10_", Naming::kKeras3, "mobilenet_v3_small"},
    {"block_16_expand/", Naming::kKeras3, "mobilenet_v2"},
    {"conv_dw_13/", Naming::kKeras3, "mobilenet_v1"},
    {"blocks.5.2.se.conv_reduce.", Naming::kTimm, "mobilenet_v3_large"},
    {"blocks.4.2.se.conv_reduce.", Naming::kTimm, "mobilenet_v3_small"},
    {"blocks.6.0.conv_pwl.", Naming::kTimm, "mobilenet_v2"},
    {"blocks.3.5.conv_dw.", Naming::kTimm, "mobilenet_v1"},
};

}  // namespace

bool is_head(std::string_view name) {
  return name.starts_with("head.") || name.starts_with("top.");
}

const StateDict::Entry* find_in(const StateDict& weights, const NameFit& fit,
                                const ForeignName& name) {
  if (const StateDict::Entry* entry = weights.find_entry(fit.prefix + name.foreign)) return entry;
  for (const std::string& also : name.also) {
    if (const StateDict::Entry* entry = weights.find_entry(fit.prefix + also)) return entry;
  }
  return nullptr;
}

NameFit best_fit(std::span<const nn::NamedTensor> tensors, const StateDict& weights,
                 std::string_view family) {
  std::optional<NameFit> best;
  for (const Naming naming : namings_of(family)) {
    NameFit fit{naming, "", make_name_map(family, naming, tensors)};
    std::string best_prefix;
    std::size_t most = 0;
    for (const std::string& prefix : prefixes_of(weights, fit.map)) {
      fit.prefix = prefix;
      fit.found = fit.wanted = 0;
      for (const nn::NamedTensor& tensor : tensors) {
        if (tensor.kind != nn::TensorKind::kWeight || is_head(tensor.name)) continue;
        ++fit.wanted;
        const ForeignName* name = fit.map.by_ours(tensor.name);
        if (name != nullptr && find_in(weights, fit, *name) != nullptr) ++fit.found;
      }
      if (fit.found > most) {
        most = fit.found;
        best_prefix = prefix;
      }
    }
    fit.prefix = best_prefix;
    fit.found = most;
    if (!best || fit.found > best->found) best = std::move(fit);
  }
  return std::move(*best);
}

std::optional<FamilyGuess> guess_family(const StateDict& weights) {
  for (const Telltale& telltale : kTelltales) {
    const bool told = std::ranges::any_of(weights.entries(), [&](const StateDict::Entry& entry) {
      return entry.name.find(telltale.part) != std::string::npos;
    });
    if (told) return FamilyGuess{telltale.naming, std::string(telltale.family)};
  }
  return std::nullopt;
}

}  // namespace ag::weights
