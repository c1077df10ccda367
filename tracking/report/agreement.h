// What somebody said against what is so, both in the same unit: where the two agree, a point lies
// on the diagonal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tracking/report/scale.h"
#include "tracking/report/svg.h"

namespace ag::report {

// What is known of the cases between `from` and `to`, on the horizontal axis.
struct AgreementPoint {
  double from = 0;
  double to = 0;
  double x = 0;  // where in it they lie on average
  double y = 0;
  double low = 0;  // a range around y
  double high = 0;
  std::size_t count = 0;  // of cases, drawn as a bar below; without any there is no point
  std::string detail;     // in full, for a pointer that rests on it
};

// How the points' ranges are drawn: as one band along the curve, or as a line through each point.
enum class Spread { kBand, kLines };

struct Agreement {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::string curve_label;  // what the points are: "mean"
  std::string spread_label;
  std::string diagonal_label;
  std::string count_label;  // what is counted: "pictures"
  Range x;                  // what the axes show, each
  Range y;
  Spread spread = Spread::kBand;
  bool percent = false;                // the numbers are shares, and told in percent
  std::vector<AgreementPoint> points;  // in the order of x
};

std::string to_svg(const Agreement& agreement, svg::Place place = svg::Place::kAlone);

}  // namespace ag::report
