#include "framework/nn/network.h"

#include <utility>

#include "framework/nn/head.h"
#include "framework/nn/trunk.h"

namespace ag::nn {

Network::Network(ModelParts parts, std::unique_ptr<Head> head)
    : Model(std::move(parts)), head_(std::move(head)) {}

Network::~Network() = default;

Prediction Network::forward(const at::Tensor& pictures, const ForwardContext& context) {
  return head_->forward(features_for_dropout(pictures, context), context);
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
