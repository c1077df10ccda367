// Gathers what a sweep's report is made of.
#pragma once

#include <cstdint>
#include <vector>

#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"
#include "launch/sweep_report/results.h"

namespace ag::sweep {

// Of a point's network.
struct NetworkSize {
  std::int64_t parameters = 0;  // that are trained
  std::int64_t macs = 0;        // of a picture
};

// Of each point, in order: equal networks are made once. Throws a usage Error of the network that
// can't be made.
std::vector<NetworkSize> network_sizes(const Plan& plan);

// Of all trials, as the tracking database and the journal tell.
Results collect(const Plan& plan, const SweepFolder& folder, tracking::At at);

}  // namespace ag::sweep
