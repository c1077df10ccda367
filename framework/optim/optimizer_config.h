// The `optimizer` section of an experiment.
#pragma once

#include <string>

#include "framework/config/visitor.h"

namespace ag::optim {

struct OptimizerConfig {
  std::string name = "sgd";  // sgd, adamw, rmsprop
  double lr = 0.001;         // the peak that the schedule scales
  double momentum = 0.9;     // sgd, rmsprop
  bool nesterov = false;     // sgd
  double weight_decay = 0;   // sgd, rmsprop: added to the gradient; adamw: decoupled
  bool decay_norm_and_bias = false;
  double beta1 = 0.9;    // adamw
  double beta2 = 0.999;  // adamw
  double alpha = 0.99;   // rmsprop
  double eps = 1e-8;     // adamw, rmsprop

  void visit(config::Visitor& v);
};

}  // namespace ag::optim
