// The lines that a run begins with: who trains what on which pictures, and what it costs.
#pragma once

#include <string>
#include <vector>

#include "framework/comm/communicator.h"
#include "framework/data/dataset.h"
#include "framework/nn/summary.h"
#include "framework/train/experiment.h"
#include "framework/train/run_plan.h"

namespace ag::train {

std::vector<std::string> run_summary(const Experiment& experiment, const RunPlan& plan,
                                     const std::string& run_id,
                                     const comm::Communicator& communicator,
                                     const data::Dataset& dataset, const nn::Summary& model);

// A warning where this host has more ranks than processors, with what to expect of it; empty
// otherwise.
std::string oversubscription_note(const comm::World& world);

}  // namespace ag::train
