#include "framework/nn/weights/load_into.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "framework/core/error.h"
#include "framework/nn/flavour.h"
#include "framework/nn/weights/damage.h"
#include "framework/nn/weights/name_fit.h"

namespace ag::weights {
namespace {

constexpr const char* kMendFile =
    "give weights of Keras's applications, of timm or torchvision, or a checkpoint of agtrain";

std::string shape_text(at::IntArrayRef shape) {
  return fmt::format("[{}]", fmt::join(shape.begin(), shape.end(), ", "));
}

// The dimensions of a tensor of ours in the layout of that name.
std::vector<std::int64_t> shape_there(const at::Tensor& ours, const ForeignName& name) {
  return foreign_shape(ours.sizes(), name.layout, name.multiplier);
}

// The flavour whose arithmetic goes with names.
std::string_view flavour_named(Naming naming) {
  switch (naming) {
    case Naming::kOurs:
      return "";
    case Naming::kTimm:
      return "timm";
    case Naming::kTorchvision:
      return "torchvision";
    case Naming::kKeras2:
    case Naming::kKeras3:
    case Naming::kKerasByClass:
      break;
  }
  return "keras";
}

// "blocks.3.expand_bn" of "blocks.3.expand_bn.weight".
std::string layer_of(const std::string& name) {
  return name.substr(0, name.rfind('.'));
}

// A tensor of the network, and the file's for it.
struct Pair {
  const nn::NamedTensor* ours = nullptr;
  const ForeignName* name = nullptr;
  const StateDict::Entry* theirs = nullptr;
};

class Import {
 public:
  Import(const nn::Model& network, const StateDict& weights, const std::string& file)
      : model_(network.config()),
        flavour_(nn::flavour_of(model_).name),
        tensors_(all_tensors(network)),
        weights_(weights),
        file_(file),
        fit_(best_fit(tensors_, weights, model_.name)) {}

  ImportReport run() {
    check_family();
    pair_up();
    for (const Pair& pair : pairs_) check_numbers(pair);
    const c10::NoGradGuard no_grad;
    for (const Pair& pair : pairs_) {
      pair.ours->tensor.copy_(to_ours(pair.theirs->tensor, pair.name->layout));
    }
    return report();
  }

 private:
  bool ours() const { return fit_.naming == Naming::kOurs; }

  // The name of what the file would be taken as.
  void check_family() const {
    const auto saved = weights_.metadata.find("identity.model.name");
    if (saved != weights_.metadata.end() && saved->second != model_.name) {
      throw Error(file_,
                  fmt::format("was saved of {}, but model.name is {}", saved->second, model_.name),
                  fmt::format("set model.name={}", saved->second));
    }
    const bool enough = ours() ? fit_.found > 0 : 2 * fit_.found > fit_.wanted;
    if (enough) return;
    refuse_other_family();
    constexpr std::size_t kShown = 4;
    std::vector<std::string> first;
    for (const StateDict::Entry& entry : weights_.entries()) {
      if (first.size() < kShown) first.push_back(entry.name);
    }
    throw Error(file_,
                fmt::format("its names are none of {}'s known here; the first are {}", model_.name,
                            first.empty() ? "none" : fmt::format("{}", fmt::join(first, ", "))),
                kMendFile);
  }

  void refuse_other_family() const {
    const std::optional<FamilyGuess> guess = guess_family(weights_);
    if (!guess || guess->family == model_.name) return;
    throw Error(file_,
                fmt::format("looks like {}'s {}, but model.name is {}", naming_title(guess->naming),
                            guess->family, model_.name),
                fmt::format("set model.name={}, or give another file", guess->family));
  }

  void pair_up() {
    std::set<std::string> swapped;  // layers of heads that differ
    for (const nn::NamedTensor& tensor : tensors_) {
      const Pair pair = find(tensor);
      if (pair.theirs != nullptr && fits(pair)) continue;
      if (is_head(tensor.name)) {
        swapped.insert(layer_of(tensor.name));
      } else if (pair.theirs != nullptr) {
        refuse_shape(pair);
      } else if (!ours()) {
        refuse_missing(pair);
      }
    }
    for (const nn::NamedTensor& tensor : tensors_) {
      const Pair pair = find(tensor);
      if (pair.theirs != nullptr && !swapped.contains(layer_of(tensor.name)))
        pairs_.push_back(pair);
    }
  }

  Pair find(const nn::NamedTensor& tensor) const {
    const ForeignName* name = fit_.map.by_ours(tensor.name);
    return {&tensor, name, name == nullptr ? nullptr : find_in(weights_, fit_, *name)};
  }

  static bool fits(const Pair& pair) {
    return pair.theirs->tensor.sizes() == shape_there(pair.ours->tensor, *pair.name);
  }

  [[noreturn]] void refuse_missing(const Pair& pair) const {
    refuse_other_family();
    throw Error(file_,
                fmt::format("follows {}'s names, but has no '{}' for {}", naming_title(fit_.naming),
                            fit_.prefix + (pair.name == nullptr ? "" : pair.name->foreign),
                            pair.ours->name),
                kMendFile);
  }

  [[noreturn]] void refuse_shape(const Pair& pair) const {
    refuse_other_family();
    throw Error(file_,
                fmt::format("'{}' is {}, but {} at width {} has {} there", pair.theirs->name,
                            shape_text(pair.theirs->tensor.sizes()), model_.name, model_.width,
                            shape_text(shape_there(pair.ours->tensor, *pair.name))),
                shape_hint());
  }

  // From the last block's outputs, which grow with the width where the last convolution's may not.
  std::string shape_hint() const {
    Pair last;
    for (const nn::NamedTensor& tensor : tensors_) {
      if (!tensor.name.starts_with("blocks.") || tensor.kind != nn::TensorKind::kWeight) continue;
      const Pair pair = find(tensor);
      if (pair.theirs != nullptr && pair.name->layout != Layout::kDepthwise) last = pair;
    }
    if (last.theirs == nullptr || last.theirs->tensor.dim() != 4) return "";
    const std::int64_t axis = last.name->layout == Layout::kConv ? 3 : 0;
    const auto theirs = static_cast<double>(last.theirs->tensor.size(axis));
    const double width = model_.width * theirs / static_cast<double>(last.ours->tensor.size(0));
    if (theirs == static_cast<double>(last.ours->tensor.size(0))) {
      return "the width seems right: compare model.flavour and model.depth_multiplier";
    }
    constexpr double kSteps = 100;
    return fmt::format("the file looks like width {0}: set model.width={0}",
                       std::round(width * kSteps) / kSteps);
  }

  void check_numbers(const Pair& pair) const {
    const at::Tensor& tensor = pair.theirs->tensor;
    if (!at::isFloatingType(tensor.scalar_type())) {
      throw Error(file_, fmt::format("'{}' holds whole numbers, not weights", pair.theirs->name));
    }
    if (!at::isfinite(tensor).all().item<bool>()) {
      throw Error(file_, fmt::format("'{}' has numbers that aren't finite", pair.theirs->name),
                  "take weights from before training went wrong");
    }
    const bool variance = pair.ours->name.ends_with("running_var");
    if (variance && tensor.numel() > 0 && tensor.min().item<double>() < 0) {
      throw Error(file_, fmt::format("'{}' has a variance below 0", pair.theirs->name),
                  kMendDamage);
    }
  }

  ImportReport report() const {
    ImportReport report;
    report.file = file_;
    report.format = weights_.format;
    report.naming = fit_.naming;
    report.prefix = fit_.prefix;
    std::set<std::string> taken, used;
    for (const Pair& pair : pairs_) {
      report.matched.push_back(pair.ours->name);
      taken.insert(pair.ours->name);
      used.insert(pair.theirs->name);
    }
    for (const nn::NamedTensor& tensor : tensors_) {
      if (!taken.contains(tensor.name)) report.missing.push_back(tensor.name);
    }
    for (const StateDict::Entry& entry : weights_.entries()) {
      // What PyTorch's BatchNorm counts is no weight.
      if (used.contains(entry.name) || entry.name.ends_with("num_batches_tracked")) continue;
      report.left_out.push_back({entry.name, why_left_out(entry)});
    }
    add_flavour_warning(report);
    return report;
  }

  std::string why_left_out(const StateDict::Entry& entry) const {
    const std::string_view name = entry.name;
    if (!name.starts_with(fit_.prefix)) return "outside the network";
    const std::string own(name.substr(fit_.prefix.size()));
    if (const ForeignName* known = fit_.map.by_foreign(own)) {
      for (const nn::NamedTensor& tensor : tensors_) {
        if (tensor.name != known->ours) continue;
        return fmt::format("{}, this network has {}", shape_text(entry.tensor.sizes()),
                           shape_text(shape_there(tensor.tensor, *known)));
      }
    }
    for (const std::string& layer : top_layers(model_.name, fit_.naming)) {
      if (own.starts_with(layer)) return "the original's top";
    }
    return "no counterpart";
  }

  void add_flavour_warning(ImportReport& report) const {
    std::string flavour(flavour_named(fit_.naming));
    const auto saved = weights_.metadata.find("identity.model.flavour");
    if (saved != weights_.metadata.end()) flavour = saved->second;
    if (flavour.empty() || flavour == flavour_) return;
    report.warnings.push_back(fmt::format(
        "{} seems to be of flavour {}, but model.flavour is {}: padding, BatchNorm's constants and "
        "the scaling of pictures will not be those that it was trained with; set model.flavour={}",
        file_, flavour, flavour_, flavour));
  }

  const nn::ModelConfig& model_;
  const std::string flavour_;  // that the network is of
  const std::vector<nn::NamedTensor> tensors_;
  const StateDict& weights_;
  const std::string& file_;
  NameFit fit_;
  std::vector<Pair> pairs_;
};

std::string name_some(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::string text = fmt::format(
      "{}", fmt::join(names.begin(), names.begin() + std::min(names.size(), kShown), ", "));
  if (names.size() > kShown) text += fmt::format(" and {} more", names.size() - kShown);
  return text;
}

}  // namespace

ImportReport load_into(nn::Model& network, const StateDict& weights, const std::string& file) {
  return Import(network, weights, file).run();
}

std::vector<std::string> to_lines(const ImportReport& report) {
  std::vector<std::string> lines = {
      fmt::format("weights {}: {} with {} names{}, {} of {} tensors taken", report.file,
                  report.format, naming_title(report.naming),
                  report.prefix.empty() ? "" : fmt::format(" after '{}'", report.prefix),
                  report.matched.size(), report.matched.size() + report.missing.size())};
  std::map<std::string, std::vector<std::string>> reasons;
  for (const LeftOut& item : report.left_out) reasons[item.why].push_back(item.name);
  for (const auto& [why, names] : reasons) {
    lines.push_back(fmt::format("  left out: {} ({})", name_some(names), why));
  }
  if (!report.missing.empty()) {
    lines.push_back(fmt::format("  begin anew: {}", name_some(report.missing)));
  }
  return lines;
}

}  // namespace ag::weights
