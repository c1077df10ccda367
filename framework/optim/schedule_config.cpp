#include "framework/optim/schedule_config.h"

namespace ag::optim {

void ScheduleConfig::visit(config::Visitor& v) {
  v.field("name", name, config::one_of({"constant", "step", "exponential", "cosine", "one_cycle"}),
          "how the learning rate goes over the run");
  v.field("warmup_epochs", warmup_epochs, config::at_least(0),
          "epochs in which it first climbs in a straight line; may be a fraction");
  v.field("rate", rate, config::above_up_to(0, 1),
          "what it is multiplied with every epoch (exponential) or every step_epochs (step)");
  v.field("step_epochs", step_epochs, config::above(0), "epochs between two falls (step)");
  v.field("smooth", smooth, config::any(),
          "fall a little at every step instead of once an epoch (exponential)");
  v.field("min_lr", min_lr, config::at_least(0),
          "learning rate it doesn't fall below (step, exponential) or ends at (cosine)");
  v.field("pct_start", pct_start, config::between_open(0, 1),
          "share of the run in which it rises (one_cycle)");
  v.field("div_factor", div_factor, config::at_least(1),
          "how many times lower than optimizer.lr it begins (one_cycle)");
  v.field("final_div_factor", final_div_factor, config::at_least(1),
          "how many times lower than it began it ends (one_cycle)");
  v.field("cycle_momentum", cycle_momentum, config::any(),
          "momentum, beta1 for adamw, falls while the learning rate rises (one_cycle)");
  v.field("base_momentum", base_momentum, config::between_open(0, 1),
          "momentum at the highest learning rate (one_cycle)");
  v.field("max_momentum", max_momentum, config::between_open(0, 1),
          "momentum at both ends (one_cycle)");
  v.require(base_momentum <= max_momentum, "base_momentum", "must not be above max_momentum");
}

}  // namespace ag::optim
