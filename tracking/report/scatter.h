// What a scatter chart shows: points over a logarithmic horizontal axis, of which some, joined by a
// line, are better than all others.
#pragma once

#include <string>
#include <vector>

#include "tracking/report/svg.h"

namespace ag::report {

struct ScatterPoint {
  double x = 0;  // above zero; a point that isn't, or whose y can't be drawn, is left out
  double y = 0;
  double spread = 0;   // drawn as a line from y - spread to y + spread
  std::string label;   // short; left out where it would lie over another
  std::string detail;  // in full, for a pointer that rests on it
  bool front = false;  // better than what lies around: coloured, joined, its label set first
};

struct Scatter {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<ScatterPoint> points;
};

std::string to_svg(const Scatter& scatter, svg::Place place = svg::Place::kAlone);

}  // namespace ag::report
