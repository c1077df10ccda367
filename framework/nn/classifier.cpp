#include "framework/nn/classifier.h"

#include <utility>

#include "framework/nn/classifier_top.h"
#include "framework/nn/trunk.h"

namespace ag::nn {

Classifier::Classifier(ModelParts parts, std::unique_ptr<ClassifierTop> top)
    : Model(std::move(parts)), top_(std::move(top)) {}

Classifier::~Classifier() = default;

at::Tensor Classifier::forward(const at::Tensor& pictures, const ForwardContext& context) {
  return top_->forward(features_for_dropout(pictures, context), context);
}

Summary Classifier::summary() const {
  Summary summary = trunk_summary();
  top_->describe(summary.layers.back().output, summary.layers);
  return summary;
}

}  // namespace ag::nn
