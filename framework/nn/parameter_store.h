// Makes the tensors of a network, named and initialised, in the order in which its blocks ask.
//
// Each draw is a function of the seed, the tensor's name and the place in the tensor, so that
// adding a layer leaves the others' first weights as they were, and float and double start alike.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "framework/kernels/bn_act.h"
#include "framework/nn/named_tensor.h"

namespace ag::nn {

using kernels::BatchNormTensors;

// How weights begin. Biases are zeros either way.
enum class Initialization {
  // Keras's default: uniform within sqrt(6 / (fan in + fan out)) (Glorot and Bengio, "Understanding
  // the difficulty of training deep feedforward neural networks", AISTATS 2010). Of a depthwise
  // kernel Keras counts all channels as inputs of each, so that it begins some 20 times smaller
  // than by He's rule.
  kGlorot,
  // timm's: convolutions normal with variance 2 / fan out (He et al., "Delving deep into
  // rectifiers", ICCV 2015), the fan being kH kW O / groups; linear layers uniform within
  // 1 / sqrt(I), as PyTorch's.
  kHe,
};

class ParameterStore {
 public:
  // `type` is at::kFloat or at::kDouble.
  ParameterStore(at::ScalarType type, std::uint64_t seed,
                 Initialization initialization = Initialization::kGlorot)
      : type_(type), seed_(seed), initialization_(initialization) {}

  // A convolution's [O, I/groups, kH, kW], channels-last, or a linear layer's [O, I].
  at::Tensor weight(const std::string& name, at::IntArrayRef shape, std::int64_t groups = 1);
  at::Tensor bias(const std::string& name, std::int64_t size);  // zeros [size]
  // name.weight (ones), name.bias (zeros), name.running_mean (zeros), name.running_var (ones).
  BatchNormTensors batch_norm(const std::string& name, std::int64_t channels);

  // What is made from now on belongs to the next stage (see NamedTensor), or to the head.
  void begin_stage() { ++stage_; }
  void begin_head() { stage_ = kHeadStage; }
  int stage() const { return stage_; }

  // What was made so far, in order.
  const std::vector<NamedTensor>& parameters() const { return parameters_; }
  const std::vector<NamedTensor>& buffers() const { return buffers_; }

 private:
  at::Tensor add(const std::string& name, TensorKind kind, at::Tensor tensor);
  at::Tensor filled(std::int64_t size, double value) const;

  at::ScalarType type_;
  std::uint64_t seed_;
  Initialization initialization_;
  int stage_ = 0;
  std::vector<NamedTensor> parameters_;
  std::vector<NamedTensor> buffers_;
};

}  // namespace ag::nn
