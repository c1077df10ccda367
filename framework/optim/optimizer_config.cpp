#include "framework/optim/optimizer_config.h"

namespace ag::optim {

void OptimizerConfig::visit(config::Visitor& v) {
  v.field("name", name, config::one_of({"sgd", "adamw", "rmsprop"}), "how gradients move weights");
  v.field("lr", lr, config::above(0), "learning rate that the schedule scales: its highest value");
  v.field("momentum", momentum, config::from_below(0, 1),
          "share of the last move that is kept (sgd, rmsprop)");
  v.field("nesterov", nesterov, config::any(), "look one move ahead, after Nesterov (sgd)");
  v.field(
      "weight_decay", weight_decay, config::at_least(0),
      "pull of the weights towards zero: times the weight, added to its gradient (sgd, rmsprop) "
      "or taken off beside it (adamw)");
  v.field("decay_norm_and_bias", decay_norm_and_bias, config::any(),
          "weight decay on BatchNorm and biases too");
  v.field("beta1", beta1, config::from_below(0, 1), "memory of the gradient's mean (adamw)");
  v.field("beta2", beta2, config::from_below(0, 1), "memory of the gradient's square (adamw)");
  v.field("alpha", alpha, config::from_below(0, 1), "memory of the gradient's square (rmsprop)");
  v.field("eps", eps, config::above(0),
          "added to the root that gradients are divided by (adamw, rmsprop)");
  v.require(!nesterov || name == "sgd", "nesterov", "is for sgd alone");
  v.require(!nesterov || momentum > 0, "nesterov", "needs a momentum above 0");
}

}  // namespace ag::optim
