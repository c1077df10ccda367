// The one picture of a sweep that says most, for a page or a paper.
#pragma once

#include <string>

#include "launch/sweep_report/results.h"

namespace ag::sweep {

// The heat map of the sweep's metric where two parameters vary, else the Pareto front, else how
// much each parameter matters. Throws a usage Error where there is nothing to draw yet.
std::string to_svg(const Results& results);

}  // namespace ag::sweep
