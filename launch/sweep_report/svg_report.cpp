#include "launch/sweep_report/svg_report.h"

#include "framework/core/error.h"
#include "launch/sweep_report/sections.h"

namespace ag::sweep {

std::string to_svg(const Results& results) {
  if (const auto maps = heat_maps(results); !maps.empty()) return report::to_svg(maps.front());
  if (const auto front = front_scatter(results)) return report::to_svg(*front);
  if (const auto bars = importance_bars(results)) return report::to_svg(*bars);
  throw usage_error(results.name, "there is nothing to draw: no two points can be compared yet",
                    "agsweep status shows how far they are");
}

}  // namespace ag::sweep
