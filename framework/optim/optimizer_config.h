// The `optimizer` section of an experiment; what each optimiser computes of it stands in
// optimizer.h, and what each key may be and means in optimizer_config.cpp.
#pragma once

#include <string>

#include "framework/config/visitor.h"

namespace ag::optim {

struct OptimizerConfig {
  std::string name = "sgd";
  double lr = 0.001;
  double momentum = 0.9;
  bool nesterov = false;
  double weight_decay = 0;
  bool decay_norm_and_bias = false;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double alpha = 0.99;
  double eps = 1e-8;

  void visit(config::Visitor& v);
};

}  // namespace ag::optim
