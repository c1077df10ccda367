#include "framework/nn/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "framework/core/text.h"

namespace ag::nn {
namespace {

std::int64_t total(const Summary& summary, std::int64_t LayerSummary::*member) {
  return std::transform_reduce(summary.layers.begin(), summary.layers.end(), std::int64_t{0},
                               std::plus<>(),
                               [member](const LayerSummary& layer) { return layer.*member; });
}

// In bn_act's backward pass: at the output, before the activation, and at the input.
constexpr std::int64_t kGradientsInFlight = 3;

std::string shape_text(const Shape& shape) {
  if (shape.height == 1 && shape.width == 1) return std::to_string(shape.channels);
  return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

constexpr int kColumns = 88;

std::string line(const std::string& name, const std::string& kind, const std::string& output,
                 const std::string& parameters, const std::string& macs) {
  return fmt::format("{:<24}{:<20}{:<18}{:>11}{:>15}\n", name, kind, output, parameters, macs);
}

std::string rule() {
  return fmt::format("{:-<{}}\n", "", kColumns);
}

}  // namespace

std::int64_t Summary::trainable() const {
  return total(*this, &LayerSummary::trainable);
}

std::int64_t Summary::parameters() const {
  return trainable() + total(*this, &LayerSummary::statistics);
}

std::int64_t Summary::macs() const {
  return total(*this, &LayerSummary::macs);
}

std::int64_t Summary::kept() const {
  return total(*this, &LayerSummary::kept);
}

std::uint64_t training_bytes(const Summary& summary, std::int64_t batch, c10::ScalarType type) {
  const c10::ScalarType weights = type == c10::kBFloat16 ? c10::kFloat : type;
  // Each trained number stands three times: itself, its gradient and its momentum.
  const std::int64_t constant = summary.parameters() + 2 * summary.trainable();
  std::int64_t largest = 0;
  for (const LayerSummary& layer : summary.layers)
    largest = std::max(largest, layer.output.numel());
  const std::int64_t per_picture =
      summary.input.numel() + summary.kept() + kGradientsInFlight * largest;
  return static_cast<std::uint64_t>(constant) * c10::elementSize(weights) +
         static_cast<std::uint64_t>(batch * per_picture) * c10::elementSize(type);
}

std::string to_text(const Summary& summary) {
  std::string text = summary.name + "\n\n";
  text += line("layer", "kind", "output", "parameters", "MACs") + rule();
  text += line("pictures", "input", shape_text(summary.input), "0", "0");
  for (const LayerSummary& layer : summary.layers) {
    text += line(layer.name, layer.kind, shape_text(layer.output),
                 with_thousands(layer.trainable + layer.statistics), with_thousands(layer.macs));
  }
  text += rule() + line("in all", "", "", with_thousands(summary.parameters()),
                        with_thousands(summary.macs()));
  text += fmt::format(
      "\n{} parameters are trained, {} are running statistics.\n"
      "MACs: multiplications with additions, for one picture, forward.\n",
      with_thousands(summary.trainable()),
      with_thousands(summary.parameters() - summary.trainable()));
  for (const std::string& note : summary.notes) text += note + "\n";
  return text;
}

}  // namespace ag::nn
