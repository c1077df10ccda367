// How well a trained network answers a data set.
#pragma once

#include "framework/core/error.h"
#include "launch/agpredict/options.h"

namespace ag::predict {

// Prints the report, writes what the options ask for, and puts the figures into the run's row of
// the tracking database. Throws Error where network or data set can't be read.
ExitCode run_evaluation(const Options& options);

}  // namespace ag::predict
