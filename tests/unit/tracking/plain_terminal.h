// What reports are written for where a test asks for nothing else, and a number that none of them
// can draw.
#pragma once

#include <limits>

#include "tracking/report/terminal.h"

namespace ag::report {

inline constexpr Terminal kPlain{.columns = 0, .colour = false};
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace ag::report
