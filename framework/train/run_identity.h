// What makes a run the same run: with any of it changed, going on would be another one.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "framework/data/dataset.h"
#include "framework/train/experiment.h"
#include "framework/train/run_plan.h"

namespace ag::train {

// By the names that people know: ("seed", "1"), ("model.width", "0.5"), …
using RunIdentity = std::map<std::string, std::string>;

RunIdentity run_identity(const Experiment& experiment, const RunPlan& plan,
                         const data::Dataset& dataset);

// Throws a usage Error where the run that `checkpoint` was saved of is another than `own`, naming
// the first thing that differs. What `saved` doesn't name yet, in an older file, isn't compared.
void require_same_run(const std::filesystem::path& checkpoint, const RunIdentity& saved,
                      const RunIdentity& own, const std::filesystem::path& dataset);

}  // namespace ag::train
