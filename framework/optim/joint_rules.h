// What must hold between the `optimizer`, `schedule` and `plateau` sections of one experiment.
#pragma once

#include "framework/config/visitor.h"
#include "framework/optim/optimizer_config.h"
#include "framework/optim/plateau.h"
#include "framework/optim/schedule.h"

namespace ag::optim {

// For the visit() of the struct that holds the three sections under those names.
void require_together(config::Visitor& v, const OptimizerConfig& optimizer,
                      const ScheduleConfig& schedule, const PlateauConfig& plateau);

}  // namespace ag::optim
