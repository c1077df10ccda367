// What a chart of bars shows: shares of a whole.
#pragma once

#include <string>
#include <vector>

#include "tracking/report/svg.h"
#include "tracking/report/terminal.h"

namespace ag::report {

struct Bar {
  std::string label;
  double share = 0;    // of the whole, 0 to 1
  bool faint = false;  // a rest, that stands for nothing by itself
};

struct Bars {
  std::string title;
  std::vector<Bar> bars;
};

std::string to_text(const Bars& bars, const Terminal& terminal);
std::string to_svg(const Bars& bars, svg::Place place = svg::Place::kAlone);

}  // namespace ag::report
