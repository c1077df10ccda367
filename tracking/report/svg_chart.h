// A chart as an SVG picture that stands alone, for pages and papers: light, or dark where the
// reader's system asks for that.
#pragma once

#include <string>

#include "tracking/report/chart.h"

namespace ag::report {

std::string to_svg(const Chart& chart);

}  // namespace ag::report
