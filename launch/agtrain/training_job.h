// One training run from its experiment file to its last checkpoint: joins the trainer, the data and
// the tracking.
#pragma once

#include "framework/comm/mpi_session.h"
#include "framework/core/error.h"
#include "framework/train/watchdog.h"
#include "launch/agtrain/options.h"

namespace ag::launch {

// Runs the job on this rank. Collective. Throws train::AgreedError on all ranks alike, or any other
// exception on one alone: then every other rank waits in vain and the caller must end them all.
ExitCode run_training_job(const AgtrainOptions& options, comm::MpiSession& session,
                          train::Watchdog& watchdog);

}  // namespace ag::launch
