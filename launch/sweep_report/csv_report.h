// The trials of a sweep for a spreadsheet or a program.
#pragma once

#include <string>

#include "launch/sweep_report/results.h"

namespace ag::sweep {

// One row a trial: the swept parameters, then seed, run, state, epochs, seconds, the network's
// parameters and macs (of a picture), then every metric that any trial has. Numbers have all their
// digits; what isn't known is empty.
std::string to_csv(const Results& results);

}  // namespace ag::sweep
