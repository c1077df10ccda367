// The `schedule` section of an experiment; what each schedule computes of it stands in schedule.h.
// schedule_config.cpp says of each key what it may be and means.
#pragma once

#include <string>

#include "framework/config/visitor.h"

namespace ag::optim {

struct ScheduleConfig {
  std::string name = "constant";
  double warmup_epochs = 0;  // epochs
  double rate = 0.97;
  double step_epochs = 30;  // epochs
  bool smooth = false;
  double min_lr = 0;
  double pct_start = 0.3;
  double div_factor = 25;
  double final_div_factor = 1e4;
  bool cycle_momentum = true;
  double base_momentum = 0.85;
  double max_momentum = 0.95;

  void visit(config::Visitor& v);
};

}  // namespace ag::optim
