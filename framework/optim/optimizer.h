// Moves parameters by their gradients: SGD, AdamW and RMSprop.
//
// SGD (Sutskever et al., 2013, as PyTorch writes it), with g the gradient plus weight_decay * p:
//   m = momentum * m + g
//   p -= lr * (nesterov ? g + momentum * m : m)
// AdamW (Loshchilov and Hutter, 2019), at step s from 1:
//   p -= lr * weight_decay * p
//   m = beta1 * m + (1 - beta1) * g
//   v = beta2 * v + (1 - beta2) * g^2
//   p -= lr * (m / (1 - beta1^s)) / (sqrt(v / (1 - beta2^s)) + eps)
// RMSprop (Hinton, 2012), with g as for SGD:
//   v = alpha * v + (1 - alpha) * g^2
//   m = momentum * m + g / (sqrt(v) + eps)
//   p -= lr * m
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "framework/optim/hyper.h"
#include "framework/optim/optimizer_config.h"

namespace ag::optim {

struct OptimizedParameter {
  std::string name;      // unique
  at::Tensor tensor;     // a leaf, float32 or float64, dense; its grad() is read at every step
  bool decays = true;    // false for biases and normalisation: no weight decay on them unless asked
  double lr_factor = 1;  // what its learning rate is multiplied with
  // How many of the optimiser's steps pass before it is moved: until then it stands still, its
  // gradient is not read and AdamW's correction doesn't count. kNever: it isn't moved at all.
  std::int64_t first_step = 0;
};
inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Which code computes a step. kReference is plain ATen, one operation after the other, that the
// fast form is checked against.
enum class Form { kFast, kReference };

struct StateTensor {
  std::string name;   // "momentum/features.0.weight"
  at::Tensor tensor;  // shape and strides of its parameter
};

class Rule;
struct Group;

// One thread. Shares the parameters' storage with the network.
class Optimizer {
 public:
  // Throws Error that names the parameter that stands twice, isn't a leaf of float32 or float64,
  // doesn't fill its memory, or has an lr_factor below 0.
  Optimizer(const OptimizerConfig& config, const std::vector<OptimizedParameter>& parameters,
            Form form = Form::kFast);
  ~Optimizer();
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  // Moves every parameter whose first step has come once, in place, outside of autograd. Gradients
  // are read, not cleared. Throws Error that names the parameter when one has no gradient, or one
  // that lies in memory in another order than its parameter (the fused kernels walk memory, not
  // indices).
  void step(const Hyper& hyper);

  // Steps taken so far: AdamW's bias correction counts them, from each parameter's first on.
  std::int64_t steps() const { return steps_; }

  // Everything a checkpoint needs besides steps(). The tensors are the live ones, not copies; zero
  // before the first step. Names: momentum/…, square_avg/…, exp_avg/…, exp_avg_sq/….
  const std::vector<StateTensor>& state() const { return state_; }
  // Copies `saved` over the state, by name; what follows is bit for bit what would have followed
  // when it was saved. Throws Error on a missing or unknown name or another shape or type.
  void restore(std::span<const StateTensor> saved, std::int64_t steps);

 private:
  void add(Group group);
  static void collect_gradients(Group& group);

  std::unique_ptr<Rule> rule_;
  std::vector<Group> groups_;
  std::vector<StateTensor> state_;
  std::int64_t steps_ = 0;
};

}  // namespace ag::optim
