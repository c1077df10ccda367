#include "framework/optim/joint_rules.h"

namespace ag::optim {

void require_together(config::Visitor& v, const OptimizerConfig& optimizer,
                      const ScheduleConfig& schedule, const PlateauConfig& plateau) {
  v.require(schedule.min_lr <= optimizer.lr, "schedule.min_lr", "must not be above optimizer.lr");
  v.require(!plateau.metric || plateau.min_lr <= optimizer.lr, "plateau.min_lr",
            "must not be above optimizer.lr");
}

}  // namespace ag::optim
