// Runs a sweep's trials on this machine, as many at a time as there are slots.
#pragma once

#include "framework/core/error.h"
#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"
#include "launch/sweep/signals.h"
#include "tracking/report/terminal.h"

namespace ag::sweep {

// Trials at a time: what the sweep says, else as many as the cores that this process may use let
// run; in a job of Slurm's, those of the job.
std::size_t slots_of(const Plan& plan);

// Runs what isn't done, until all is, or SIGINT, SIGTERM or SIGUSR1 asks to stop: then every trial
// saves a checkpoint, and `agsweep resume` goes on; asked once more, they end without. kFailed
// where a trial failed for good. The caller holds the sweep's lock. `colour`: of what is shown
// meanwhile.
ExitCode run_locally(const Plan& plan, const SweepFolder& folder, const BlockedSignals& signals,
                     report::ColourChoice colour);

}  // namespace ag::sweep
