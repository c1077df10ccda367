// A chart drawn in a terminal: each panel with axes, ticks and the curves' names at their ends.
#pragma once

#include <string>

#include "tracking/report/chart.h"
#include "tracking/report/terminal.h"

namespace ag::report {

inline constexpr int kPanelRows = 12;

// `terminal.columns` wide, 100 where it says nothing; each panel's curves take `panel_rows` rows.
std::string to_text(const Chart& chart, const Terminal& terminal, int panel_rows = kPanelRows);

}  // namespace ag::report
