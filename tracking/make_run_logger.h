// The RunLogger that an experiment's `tracking` section asks for.
#pragma once

#include <memory>

#include "framework/core/run_logger.h"
#include "tracking/tracking_config.h"

namespace ag::tracking {

// On SQLite, or one that tracks nothing where the section's database is null. Opens nothing yet:
// start() does.
std::unique_ptr<RunLogger> make_run_logger(const TrackingConfig& config);

}  // namespace ag::tracking
