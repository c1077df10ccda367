// What a task of an array job does: runs one trial, and has Slurm run it again where its time ends
// before the trial does.
#pragma once

#include <cstddef>
#include <filesystem>

#include "framework/core/error.h"
#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"
#include "launch/sweep/signals.h"

namespace ag::sweep {

// The trial in that line, from 0, of the file `submission`. SIGUSR1, which Slurm sends before the
// time limit, has it save a checkpoint and the job put back into the queue; SIGTERM (scancel) has
// it save and end. A trial that fails is tried again in the same job. kDone where it is done, or
// was stopped as it fell behind.
ExitCode run_slurm_trial(const Plan& plan, const SweepFolder& folder,
                         const std::filesystem::path& submission, std::size_t line,
                         const BlockedSignals& signals);

}  // namespace ag::sweep
