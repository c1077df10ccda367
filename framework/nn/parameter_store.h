// Makes the tensors of a network, named and initialised, in the order in which its blocks ask.
//
// Each draw is a function of the seed, the tensor's name and the place in the tensor, so that
// adding a layer leaves the others' first weights as they were, and float and double start alike.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "framework/nn/named_tensor.h"

namespace ag::nn {

struct BatchNormTensors {
  at::Tensor weight, bias, running_mean, running_var;  // [C]
};

class ParameterStore {
 public:
  // `type` is at::kFloat or at::kDouble.
  ParameterStore(at::ScalarType type, std::uint64_t seed) : type_(type), seed_(seed) {}

  // A convolution's [O, I/groups, kH, kW], channels-last, or a linear layer's [O, I].
  // Glorot-uniform as Keras's layers: within sqrt(6 / (fan in + fan out)), a fan being channels
  // times kernel size.
  at::Tensor weight(const std::string& name, at::IntArrayRef shape);
  at::Tensor bias(const std::string& name, std::int64_t size);  // zeros [size]
  // name.weight (ones), name.bias (zeros), name.running_mean (zeros), name.running_var (ones).
  BatchNormTensors batch_norm(const std::string& name, std::int64_t channels);

  // What was made so far, in order.
  const std::vector<NamedTensor>& parameters() const { return parameters_; }
  const std::vector<NamedTensor>& buffers() const { return buffers_; }

 private:
  at::Tensor add(const std::string& name, TensorKind kind, at::Tensor tensor);
  at::Tensor filled(std::int64_t size, double value) const;

  at::ScalarType type_;
  std::uint64_t seed_;
  std::vector<NamedTensor> parameters_;
  std::vector<NamedTensor> buffers_;
};

}  // namespace ag::nn
