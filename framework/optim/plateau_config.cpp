#include "framework/optim/plateau_config.h"

namespace ag::optim {

void PlateauConfig::visit(config::Visitor& v) {
  v.field("metric", metric, config::any(),
          "metric that must improve, as val/loss or val/gender_accuracy; null: off");
  v.field("factor", factor, config::between_open(0, 1),
          "what the learning rate is multiplied with when it doesn't");
  v.field(
      "patience", patience, config::at_least(1),
      "measurements of the metric (validations, of a val/ one) without improvement before that");
  v.field("threshold", threshold, config::at_least(0),
          "smallest change that counts as an improvement, in the metric's unit");
  v.field("cooldown", cooldown, config::at_least(0),
          "measurements after a reduction that aren't counted");
  v.field("min_lr", min_lr, config::at_least(0), "learning rate that isn't reduced any further");
}

}  // namespace ag::optim
