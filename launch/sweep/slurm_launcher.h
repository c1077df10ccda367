// Runs a sweep's trials as array jobs of Slurm: a task is a trial, which goes on by itself in
// another job where its time runs out.
//
//   runs/sweeps/NAME/submissions/3.txt     the trials of an array, a line each: a task's number
//   runs/sweeps/NAME/submissions/3.sh      its batch script
//
// Jobs are named NAME.3, by which they are found again.
//
// Source: Slurm's manual, "Job Array Support", sbatch(1), squeue(1).
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "framework/core/error.h"
#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"

namespace ag::sweep {

// Throws a usage Error where there is no Slurm here, or none that answers.
void require_slurm();

// What would be submitted: sbatch's line, and the script.
std::string submission_text(const Plan& plan, const SweepFolder& folder);

// Submits what is neither done nor in the queue, and shows how far it is until the queue has none
// of it. SIGINT and SIGTERM end the showing alone: jobs go on, and kDone is returned.
ExitCode run_on_slurm(const Plan& plan, const SweepFolder& folder);

// Trials that the queue has, and what their job is: its id and its state as squeue tells it.
struct QueuedTrial {
  std::string job;    // "123_4"
  std::string state;  // "PENDING", "RUNNING", …
};
std::map<std::string, QueuedTrial> queued_trials(const Plan& plan, const SweepFolder& folder);

// Cancels all jobs of the sweep; returns how many tasks there were.
std::size_t cancel_on_slurm(const Plan& plan, const SweepFolder& folder);

}  // namespace ag::sweep
