// Runs a sweep's trials as array jobs of Slurm: a task is a trial, which goes on by itself in
// another job where its time runs out.
//
//   runs/sweeps/NAME/submissions/3.txt     the trials of an array, a line each: a task's number
//   runs/sweeps/NAME/submissions/3.sh      its batch script
//
// Jobs are named NAME.HASH.3, with a hash of the sweep's folder, by which they are found again.
//
// Source: Slurm's manual, "Job Array Support", sbatch(1), squeue(1).
#pragma once

#include <cstddef>
#include <string>

#include "framework/core/error.h"
#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"
#include "launch/sweep/signals.h"
#include "tracking/report/terminal.h"

namespace ag::sweep {

// Throws a usage Error where there is no Slurm here, or none that answers.
void require_slurm();

// What would be submitted: sbatch's line, and the script.
std::string submission_text(const Plan& plan, const SweepFolder& folder);

// Submits what is neither over nor in the queue. The caller holds the sweep's lock. Throws a usage
// Error where Slurm refuses it, or its queue has trials of an earlier form of the sweep.
void submit_to_slurm(const Plan& plan, const SweepFolder& folder);

// Shows how far it is until the queue has none of it. SIGINT and SIGTERM end the showing alone: the
// jobs go on.
ExitCode show_on_slurm(const Plan& plan, const SweepFolder& folder, const BlockedSignals& signals,
                       report::ColourChoice colour);

// Cancels all jobs of the sweep; returns how many tasks there were.
std::size_t cancel_on_slurm(const Plan& plan, const SweepFolder& folder);

}  // namespace ag::sweep
