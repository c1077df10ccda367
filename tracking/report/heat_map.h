// What a heat map shows, however it is drawn: a number for each pair of two parameters' values, on
// a ground that tells good from bad.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracking/report/svg.h"
#include "tracking/report/terminal.h"

namespace ag::report {

struct HeatCell {
  std::string value;              // "7.503"; or a word that says why there is no number
  std::string spread;             // "± 0.052"; "" where nothing is known of it
  std::string detail;             // in full, for a pointer that rests on it
  std::optional<double> badness;  // 0 for the best to 1 for the worst; none: no colour
  bool best = false;
};

struct HeatMap {
  std::string title;
  std::string row_title;
  std::string column_title;
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::vector<HeatCell>> cells;  // by row, then column
  std::string best_word = "better";          // what the colours' ends stand for
  std::string worst_word = "worse";
};

// A table, the best of it marked by "*". One that is too wide for the terminal is told in parts.
std::string to_text(const HeatMap& map, const Terminal& terminal);
std::string to_svg(const HeatMap& map, svg::Place place = svg::Place::kAlone);

}  // namespace ag::report
