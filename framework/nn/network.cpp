#include "framework/nn/network.h"

#include <ATen/ops/cat.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "framework/kernels/chunks.h"
#include "framework/nn/head.h"
#include "framework/nn/trunk.h"

namespace ag::nn {
namespace {

// Numbers in the largest features of the pictures that go through the layers together: with what is
// read beside them, some of a third-level cache.
constexpr std::int64_t kNumbersTogether = 4 << 20;

}  // namespace

Network::Network(ModelParts parts, std::unique_ptr<Head> head)
    : Model(std::move(parts)), head_(std::move(head)) {
  for (const LayerSummary& layer : trunk_summary().layers)
    widest_ = std::max(widest_, layer.output.numel());
}

Network::~Network() = default;

// As many as there are threads, at least.
std::int64_t Network::pictures_together(const at::Tensor& pictures) const {
  const std::int64_t all = pictures.size(0);
  if (c10::GradMode::is_enabled() || !pictures.is_cpu()) return all;
  const std::int64_t area = static_cast<std::int64_t>(input_size()) * input_size();
  const std::int64_t numbers = widest_ * pictures.size(2) * pictures.size(3) / area;
  return std::max(kNumbersTogether / std::max<std::int64_t>(numbers, 1), kernels::chunks_of(all));
}

Prediction Network::forward_together(const at::Tensor& pictures, const ForwardContext& context) {
  return head_->forward(features_for_dropout(pictures, context), context);
}

Prediction Network::forward(const at::Tensor& pictures, const ForwardContext& context) {
  if (context.training || pictures.dim() != 4) return forward_together(pictures, context);
  const std::int64_t all = pictures.size(0);
  const std::int64_t together = pictures_together(pictures);
  if (all <= together) return forward_together(pictures, context);
  const std::int64_t parts = (all + together - 1) / together;
  std::vector<at::Tensor> ages, genders;
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t begin = all * part / parts;
    const Prediction some =
        forward_together(pictures.narrow(0, begin, all * (part + 1) / parts - begin), context);
    ages.push_back(some.age);
    genders.push_back(some.gender);
  }
  return {at::cat(ages), at::cat(genders)};
}

Summary Network::summary() const {
  Summary summary = trunk_summary();
  head_->describe(summary.layers.back().output, summary.layers);
  return summary;
}

TracedPrediction Network::trace(GraphBuilder& builder) const {
  return head_->trace(builder, trace_trunk(builder));
}

}  // namespace ag::nn
