// Parameters, gradients and configurations that tests of the optimizer move.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "framework/optim/optimizer.h"

namespace ag::optim {

inline constexpr int kSteps = 10;

// Numbers without a pattern, from no generator: sin of irregular arguments.
inline at::Tensor numbers(at::IntArrayRef shape, double seed, at::ScalarType type) {
  const std::int64_t count = c10::multiply_integers(shape);
  return at::arange(1, count + 1, at::kDouble).mul_(12.9898 + seed).sin_().view(shape).to(type);
}

// A network's worth of kinds: a convolution of each sort in channels-last, a BatchNorm, a bias, a
// tail that doesn't fill a vector register.
inline std::vector<OptimizedParameter> make_parameters(at::ScalarType type) {
  std::vector<OptimizedParameter> parameters = {
      {"conv.weight", numbers({8, 3, 3, 3}, 0, type), true},
      {"depthwise.weight", numbers({8, 1, 3, 3}, 1, type), true},
      {"pointwise.weight", numbers({16, 8, 1, 1}, 2, type), true},
      {"norm.weight", numbers({8}, 3, type), false},
      {"dense.weight", numbers({5, 7}, 4, type), true},
      {"dense.bias", numbers({5}, 5, type), false}};
  for (OptimizedParameter& parameter : parameters) {
    at::Tensor& tensor = parameter.tensor;
    if (tensor.dim() == 4) tensor = tensor.contiguous(at::MemoryFormat::ChannelsLast);
    tensor.set_requires_grad(true);
  }
  return parameters;
}

inline void set_gradients(const std::vector<OptimizedParameter>& parameters, int step) {
  double seed = 100.0 * (step + 1);
  for (const OptimizedParameter& parameter : parameters) {
    const at::Tensor& tensor = parameter.tensor;
    at::Tensor gradient = at::empty_like(tensor.detach());
    gradient.copy_(numbers(tensor.sizes(), seed++, tensor.scalar_type()));
    tensor.mutable_grad() = gradient;
  }
}

// A schedule of its own for every step.
inline Hyper hyper_at(const OptimizerConfig& config, int step) {
  const double momentum = config.name == "adamw" ? config.beta1 : config.momentum;
  return {config.lr * (1 - 0.05 * step), momentum == 0 ? 0 : momentum - 0.01 * step};
}

inline void run(Optimizer& optimizer, const OptimizerConfig& config,
                const std::vector<OptimizedParameter>& parameters, int first, int last) {
  for (int step = first; step < last; ++step) {
    set_gradients(parameters, step);
    optimizer.step(hyper_at(config, step));
  }
}

inline double furthest(const std::vector<OptimizedParameter>& a,
                       const std::vector<OptimizedParameter>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    most = std::max(most, (a[i].tensor - b[i].tensor).abs().max().item<double>());
  }
  return most;
}

inline OptimizerConfig sgd(double momentum, bool nesterov) {
  OptimizerConfig config;
  config.name = "sgd";
  config.lr = 0.1;
  config.momentum = momentum;
  config.nesterov = nesterov;
  config.weight_decay = 0.01;
  return config;
}

inline OptimizerConfig adamw() {
  OptimizerConfig config;
  config.name = "adamw";
  config.lr = 0.01;
  config.weight_decay = 0.05;
  return config;
}

inline OptimizerConfig rmsprop(double momentum) {
  OptimizerConfig config;
  config.name = "rmsprop";
  config.lr = 0.01;
  config.momentum = momentum;
  config.weight_decay = 0.01;
  config.eps = 1e-3;
  return config;
}

inline std::vector<OptimizerConfig> all_kinds() {
  return {sgd(0, false), sgd(0.9, false), sgd(0.9, true), adamw(), rmsprop(0), rmsprop(0.9)};
}

}  // namespace ag::optim
