// What makes a run the same run: with any of it changed, going on would be another one.
#pragma once

#include <map>
#include <string>

#include "framework/data/dataset.h"
#include "framework/train/experiment.h"
#include "framework/train/run_plan.h"

namespace ag::train {

// By the names that people know: ("seed", "1"), ("model.width", "0.5"), …
std::map<std::string, std::string> run_identity(const Experiment& experiment, const RunPlan& plan,
                                                const data::Dataset& dataset);

}  // namespace ag::train
