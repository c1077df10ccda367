// Runs a sweep's trials on this machine, as many at a time as there are slots.
#pragma once

#include "framework/core/error.h"
#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"

namespace ag::sweep {

// Trials at a time: what the sweep says, else as many as the cores let run.
std::size_t slots_of(const Plan& plan);

// Runs what isn't done, until all is, or SIGINT, SIGTERM or SIGUSR1 asks to stop: then every trial
// saves a checkpoint, and `agsweep resume` goes on. kFailed where a trial failed for good. Blocks
// those signals and SIGCHLD in this thread. Throws a usage Error where another process runs the
// sweep.
ExitCode run_locally(const Plan& plan, const SweepFolder& folder);

}  // namespace ag::sweep
