// One way to move a list of parameters by their gradients. For optimizer.cpp; programs use
// optimizer.h, which has the formulas.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "framework/optim/hyper.h"
#include "framework/optim/optimizer.h"
#include "framework/optim/optimizer_config.h"

namespace ag::optim {

// Parameters that are moved alike, with their gradients and state in lists side by side. The
// tensors of one place in the lists lie in memory in the same order, so a rule may walk memory.
struct Group {
  double weight_decay = 0;
  double lr_factor = 1;         // already in the Hyper that a rule gets
  std::int64_t first_step = 0;  // already taken off the step that a rule gets
  std::vector<std::string> names;
  std::vector<at::Tensor> parameters;
  std::vector<at::Tensor> gradients;           // those of this step
  std::vector<std::vector<at::Tensor>> slots;  // [a slot of the rule][parameter]
};

class Rule {
 public:
  virtual ~Rule() = default;

  // The kinds of state that a parameter has: "momentum". Each is a tensor like the parameter that
  // begins with zeros.
  virtual std::vector<std::string> slots() const = 0;
  // Moves the group's parameters, in place; `step` counts the group's own, from 1. Called without
  // autograd.
  virtual void apply(Group& group, const Hyper& hyper, std::int64_t step) const = 0;
};

std::unique_ptr<Rule> make_sgd(const OptimizerConfig& config, Form form);
std::unique_ptr<Rule> make_adamw(const OptimizerConfig& config, Form form);
std::unique_ptr<Rule> make_rmsprop(const OptimizerConfig& config, Form form);

}  // namespace ag::optim
