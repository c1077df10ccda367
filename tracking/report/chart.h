// What a chart shows, however it is drawn: panels of curves over one horizontal axis.
#pragma once

#include <string>
#include <vector>

#include "tracking/report/scale.h"

namespace ag::report {

struct Point {
  double x = 0;
  double y = 0;  // not drawable: the curve has a gap here
};

enum class Stroke { kSolid, kDashed };

struct Series {
  std::string label;  // short: it stands at the curve's end
  int colour = 0;     // of palette.h
  Stroke stroke = Stroke::kSolid;
  std::vector<Point> points;  // in the order of x
};

// A level to compare with, drawn as a thin horizontal line.
struct Level {
  std::string label;
  double y = 0;
};

struct Panel {
  std::string title;  // what the vertical axis measures
  std::vector<Series> series;
  std::vector<Level> levels;
};

struct LegendEntry {
  std::string label;
  std::string text;  // what there is to say of it, in full
  int colour = 0;
};

struct Chart {
  std::string title;
  std::string x_label;
  std::vector<Panel> panels;
  std::vector<LegendEntry> legend;
  std::string note;  // "dashed: train"
};

// The ranges that a panel's points and levels take, the vertical one with some room around.
Range x_range(const Panel& panel);
Range y_range(const Panel& panel);

// The points with no more than `at_most` of them: of each stretch its lowest and its highest, so
// that no peak is lost.
std::vector<Point> thinned(const std::vector<Point>& points, std::size_t at_most);

}  // namespace ag::report
