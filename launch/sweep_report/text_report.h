// The report of a sweep for a terminal.
#pragma once

#include <string>

#include "launch/sweep_report/results.h"
#include "tracking/report/terminal.h"

namespace ag::sweep {

// What was swept; a heat map for each metric where two parameters vary, else the points, best
// first; which points are worth their cost; how much each parameter matters; what isn't done.
std::string to_text(const Results& results, const report::Terminal& terminal);

}  // namespace ag::sweep
