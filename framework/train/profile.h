// Where a training step's time goes, layer by layer, and how far that is from what the machine can
// do: the roofline of Williams, Waterman and Patterson, 2009.
#pragma once

#include <string>

#include "framework/train/experiment.h"

namespace ag::train {

// Trains the experiment's network for some steps on noise, on one rank and its threads, on the CPU,
// and describes it: a table for people, 100 columns wide. Needs no data and leaves no run. Takes
// some ten steps' time. `ranks` share the batch.
std::string profile(const Experiment& experiment, int ranks);

}  // namespace ag::train
