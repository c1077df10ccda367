#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "framework/core/error.h"
#include "framework/deploy/graph_runner.h"
#include "framework/deploy/quantization.h"

namespace ag::deploy {
namespace {

constexpr std::int64_t kBins = 2048;
constexpr double kLevels = 255;      // steps between the least and the greatest of 256 values
constexpr int kCandidates = 64;      // cut-offs tried
constexpr double kLeastShare = 0.3;  // of the whole range that a candidate spans

// What was seen of one value.
struct Observed {
  double least = 0;  // 0 is always within: padding and cut-offs are zeros
  double greatest = 0;
  at::Tensor histogram;  // [kBins] double over [least, greatest]

  double width() const { return (greatest - least) / static_cast<double>(kBins); }
};

// The values to be told in eight bits: those that quantised nodes take, but for what a clip is
// about to cut off.
std::vector<bool> values_to_quantise(const nn::Graph& graph) {
  std::vector<bool> wanted(graph.nodes.size());
  for (const nn::GraphNode& node : graph.nodes) {
    if (!is_quantised(node.op)) continue;
    for (const nn::ValueId value : node.inputs) wanted[value] = true;
  }
  const std::vector<int> uses = nn::uses_of_values(graph);
  for (const nn::GraphNode& node : graph.nodes) {
    if (is_clip(node.op) && uses[node.inputs[0]] == 1) wanted[node.inputs[0]] = false;
  }
  return wanted;
}

void widen(Observed& seen, const at::Tensor& tensor, const std::string& name) {
  const auto [low, high] = at::aminmax(tensor);
  const auto least = low.item<double>();
  const auto greatest = high.item<double>();
  if (!std::isfinite(least) || !std::isfinite(greatest)) {
    throw Error("calibration", "the value of '" + name + "' isn't finite",
                "export a checkpoint of a run that didn't diverge");
  }
  seen.least = std::min(seen.least, least);
  seen.greatest = std::max(seen.greatest, greatest);
}

// The squared error of quantising what the histogram holds by `scale`, what is cut off included.
double squared_error(const Observed& seen, const ValueScale& scale) {
  const double low = -static_cast<double>(scale.zero_point) * scale.scale;
  const double high = low + kLevels * scale.scale;
  const auto* counts = seen.histogram.const_data_ptr<double>();
  double error = 0;
  for (std::int64_t bin = 0; bin < kBins; ++bin) {
    const double x = seen.least + (static_cast<double>(bin) + 0.5) * seen.width();
    const double kept = std::clamp(std::nearbyint(x / scale.scale) * scale.scale, low, high);
    error += counts[bin] * (x - kept) * (x - kept);
  }
  return error;
}

ValueScale scale_of(double least, double greatest) {
  if (least == greatest) return {1 / kLevels, 0};  // all zeros
  const double scale = static_cast<float>((greatest - least) / kLevels);
  const auto zero_point = std::llrint(-least / scale);
  return {scale, std::clamp<std::int64_t>(zero_point, 0, static_cast<std::int64_t>(kLevels))};
}

ValueScale best_scale(const Observed& seen) {
  ValueScale best = scale_of(seen.least, seen.greatest);
  double least_error = squared_error(seen, best);
  for (int i = 0; i < kCandidates; ++i) {
    const double share = kLeastShare + (1 - kLeastShare) * i / kCandidates;
    const ValueScale candidate = scale_of(seen.least * share, seen.greatest * share);
    const double error = squared_error(seen, candidate);
    if (error < least_error) {
      least_error = error;
      best = candidate;
    }
  }
  return best;
}

}  // namespace

Quantization calibrate(const nn::Graph& graph, const PictureSource& source) {
  const std::vector<bool> wanted = values_to_quantise(graph);
  std::vector<Observed> seen(graph.nodes.size());
  Quantization result;
  source([&](const at::Tensor& pictures) {
    result.pictures += pictures.size(0);
    run_graph(graph, pictures, [&](nn::ValueId value, at::Tensor tensor) {
      if (wanted[value]) widen(seen[value], tensor, graph.nodes[value].name);
      return tensor;
    });
  });
  if (result.pictures == 0) throw Error("calibration", "has no pictures to take ranges from");
  source([&](const at::Tensor& pictures) {
    run_graph(graph, pictures, [&](nn::ValueId value, at::Tensor tensor) {
      if (!wanted[value]) return tensor;
      Observed& of = seen[value];
      const at::Tensor counts = at::histc(tensor, kBins, of.least, of.greatest).to(at::kDouble);
      of.histogram = of.histogram.defined() ? of.histogram + counts : counts;
      return tensor;
    });
  });
  for (nn::ValueId value = 0; value < graph.nodes.size(); ++value) {
    result.values.push_back(wanted[value] ? std::optional(best_scale(seen[value])) : std::nullopt);
    // What only changes its shape keeps its numbers.
    if (std::holds_alternative<nn::op::Flatten>(graph.nodes[value].op) && wanted[value])
      result.values[value] = result.values[graph.nodes[value].inputs[0]];
  }
  return result;
}

}  // namespace ag::deploy
