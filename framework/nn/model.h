// What all networks here have in common: a trunk, and the tensors of all that it is made of.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "framework/kernels/features.h"
#include "framework/nn/forward_context.h"
#include "framework/nn/graph.h"
#include "framework/nn/model_config.h"
#include "framework/nn/named_tensor.h"
#include "framework/nn/summary.h"

namespace ag::nn {

class Trunk;

struct ModelParts {
  ModelConfig config;
  int input_size = 0;  // pixels a side
  std::unique_ptr<Trunk> trunk;
  std::vector<NamedTensor> parameters, buffers;  // of the trunk and of what stands on it
};

// Owns its tensors. One thread at a time: forward in training changes the running statistics.
class Model {
 public:
  // The features of `pictures` [N, 3, S, S]: [N, C, s, s], channels-last. The pictures are scaled
  // to [-1, 1], channels-last for speed, of the model's own type; a network that wants another
  // scaling does the rest itself. Any S of 32 or more will do, whatever the input size that the
  // model was made for. Throws Error for pictures of another shape.
  at::Tensor features(const at::Tensor& pictures, const ForwardContext& context);

  // What is trained, in the order of the forward pass; each requires a gradient.
  const std::vector<NamedTensor>& parameters() const { return parts_.parameters; }
  // BatchNorm's running statistics, in the same order.
  const std::vector<NamedTensor>& buffers() const { return parts_.buffers; }

  const ModelConfig& config() const { return parts_.config; }
  int input_size() const { return parts_.input_size; }

  // Moves every tensor to `device`; handles taken from parameters() and buffers() follow.
  void to(at::Device device);

  // Layer by layer, for pictures of the input size: the trunk alone.
  Summary trunk_summary() const;

  // Appends the trunk in evaluation, and returns the features.
  ValueId trace_trunk(GraphBuilder& builder) const;

 protected:
  explicit Model(ModelParts parts);
  ~Model();

  // The features for what stands on the trunk, unread and in the type that passes between blocks.
  // Throws Error as features() does, and for a context that dropout can't draw from: one that is in
  // training and hasn't a sample for each real row.
  kernels::Features features_for_dropout(const at::Tensor& pictures, const ForwardContext& context);

 private:
  kernels::Features unread_features(const at::Tensor& pictures, const ForwardContext& context);

  ModelParts parts_;
};

}  // namespace ag::nn
