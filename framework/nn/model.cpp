#include "framework/nn/model.h"

#include <fmt/format.h>

#include <utility>

#include "framework/core/error.h"
#include "framework/nn/flavour.h"
#include "framework/nn/trunk.h"

namespace ag::nn {
namespace {

std::string scaling_note(const PictureScaling& scaling) {
  if (scaling == PictureScaling{}) return "Pictures: pixels scaled to [-1, 1].";
  return fmt::format("Pictures: pixels in [0, 1] minus ({}) over ({}).",
                     fmt::join(scaling.mean, ", "), fmt::join(scaling.std, ", "));
}

std::vector<std::string> flavour_notes(const ModelConfig& config) {
  const Flavour flavour = flavour_of(config);
  return {
      fmt::format("BatchNorm: eps {}; {} of the running statistics kept in a step, {} variance.",
                  flavour.bn_eps, bn_momentum_of(config),
                  flavour.biased_running_variance ? "biased" : "unbiased"),
      scaling_note(flavour.scaling)};
}

}  // namespace

Model::Model(ModelParts parts) : parts_(std::move(parts)) {}

Model::~Model() = default;

at::Tensor Model::features(const at::Tensor& pictures, const ForwardContext& context) {
  return unread_features(pictures, context).value().to(pictures.scalar_type());
}

kernels::Features Model::unread_features(const at::Tensor& pictures,
                                         const ForwardContext& context) {
  if (pictures.dim() != 4 || pictures.size(1) != 3 || pictures.size(2) < kSmallestInput ||
      pictures.size(3) < kSmallestInput) {
    throw Error("network", "wants pictures [N, 3, S, S] with a side of at least " +
                               std::to_string(kSmallestInput));
  }
  return parts_.trunk->forward(pictures, context);
}

kernels::Features Model::features_for_dropout(const at::Tensor& pictures,
                                              const ForwardContext& context) {
  if (context.training && static_cast<std::int64_t>(context.samples.size()) != context.real) {
    throw Error("network", std::to_string(context.samples.size()) + " sample numbers for " +
                               std::to_string(context.real) + " real rows");
  }
  return unread_features(pictures, context);
}

void Model::to(at::Device device) {
  for (const auto* tensors : {&parts_.parameters, &parts_.buffers}) {
    for (const NamedTensor& named : *tensors) {
      named.tensor.set_data(named.tensor.tensor_data().to(device));
    }
  }
}

Summary Model::trunk_summary() const {
  const ModelConfig& config = parts_.config;
  const int size = parts_.input_size;
  Summary summary;
  summary.name =
      fmt::format("{} {:#} ({}) at {}", config.name, config.width, flavour_of(config).name, size);
  summary.input = {3, size, size};
  summary.notes = flavour_notes(config);
  parts_.trunk->describe(summary.input, summary.layers);
  return summary;
}

ValueId Model::trace_trunk(GraphBuilder& builder) const {
  return parts_.trunk->trace(builder);
}

}  // namespace ag::nn
