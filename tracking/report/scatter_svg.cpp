#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "tracking/report/number.h"
#include "tracking/report/scale.h"
#include "tracking/report/scatter.h"

namespace ag::report {
namespace {

constexpr double kWidth = 440;
constexpr double kHeight = 330;
constexpr double kLeft = 46;
constexpr double kRight = kWidth - 16;
constexpr double kTop = 50;
constexpr double kBottom = kHeight - 44;
constexpr double kRadius = 4.5;
constexpr double kLabelHeight = 13;
constexpr double kLabelGap = 8;  // from a point's middle to a label right or left of it
constexpr double kNearGap = 5;   // to one that lies above or below as well
constexpr int kMostTicks = 6;
constexpr std::size_t kMostLabelled = 16;  // of more points, the front alone has labels
constexpr int kMostTicksAcross = 6;

struct Rectangle {
  double left, top, right, bottom;

  bool overlaps(const Rectangle& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
  bool lies_in(const Rectangle& other) const {
    return left >= other.left && right <= other.right && top >= other.top && bottom <= other.bottom;
  }
};

constexpr Rectangle kArea{kLeft, kTop, kRight, kBottom};

struct Frame {
  Range x;  // of logarithms
  Range y;

  double across(double value) const { return Scale(x, kLeft, kRight)(std::log10(value)); }
  double up(double value) const { return Scale(y, kBottom, kTop)(value); }
};

std::vector<ScatterPoint> drawable_points(const Scatter& scatter) {
  std::vector<ScatterPoint> points;
  for (const ScatterPoint& point : scatter.points) {
    if (point.x > 0 && drawable(point.x) && drawable(point.y)) points.push_back(point);
  }
  std::ranges::stable_sort(points, {}, &ScatterPoint::x);
  return points;
}

double spread_of(const ScatterPoint& point) {
  return drawable(point.spread) ? point.spread : 0;
}

Frame frame_of(const std::vector<ScatterPoint>& points) {
  constexpr double kRoom = 0.05;  // of the range, at each end
  std::vector<double> across;
  std::vector<double> up;
  for (const ScatterPoint& point : points) {
    across.push_back(std::log10(point.x));
    up.push_back(point.y - spread_of(point));
    up.push_back(point.y + spread_of(point));
  }
  const Range x = range_of(across);
  const Range y = range_of(up);
  return {{x.low - kRoom * x.span(), x.high + kRoom * x.span()},
          {y.low - kRoom * y.span(), y.high + kRoom * y.span()}};
}

std::string axes(const Scatter& scatter, const Frame& frame) {
  std::string drawn = svg::text(2, 16, "panel", scatter.title);
  drawn += svg::text(2, kTop - 14, "faint", scatter.y_label);
  const Ticks up = nice_ticks(frame.y, kMostTicks);
  for (const double tick : up.at) {
    const double y = frame.up(tick);
    drawn += svg::line(kLeft, y, kRight, y, "grid");
    drawn += svg::text(kLeft - 8, y + 4, "faint end", tick_label(tick, up.step));
  }
  const Range costs{std::pow(10.0, frame.x.low), std::pow(10.0, frame.x.high)};
  for (const double tick : log_ticks(costs, kMostTicksAcross)) {
    const double x = frame.across(tick);
    drawn += svg::line(x, kTop, x, kBottom, "grid");
    drawn += svg::text(x, kBottom + 17, "faint middle", short_count(tick));
  }
  drawn += svg::line(kLeft, kBottom, kRight, kBottom, "axis");
  return drawn + svg::text((kLeft + kRight) / 2, kBottom + 36, "faint middle", scatter.x_label);
}

std::string front_line(const std::vector<ScatterPoint>& points, const Frame& frame) {
  std::string path;
  for (const ScatterPoint& point : points) {
    if (!point.front) continue;
    fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", path.empty() ? "M" : "L",
                   frame.across(point.x), frame.up(point.y));
  }
  return path.empty() ? "" : fmt::format("<path d=\"{}\" class=\"curve s0\"/>\n", path);
}

std::string dot(const ScatterPoint& point, const Frame& frame) {
  const double x = frame.across(point.x);
  std::string drawn;
  if (spread_of(point) > 0) {
    drawn += svg::line(x, frame.up(point.y - point.spread), x, frame.up(point.y + point.spread),
                       point.front ? "s0" : "axis");
  }
  drawn += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" class=\"{}\"/>\n", x,
                       frame.up(point.y), kRadius, point.front ? "t0" : "aside");
  return svg::explained(drawn, point.detail);
}

// Where a label may stand beside its point, the best place first. A front falls or rises from left
// to right: at the right, above or below, a label lies beside it.
std::array<Rectangle, 8> places(double x, double y, double width) {
  const double half = kLabelHeight / 2;
  const double above = y - kNearGap - kLabelHeight;
  const double below = y + kNearGap;
  const auto at = [&](double left, double top) {
    return Rectangle{left, top, left + width, top + kLabelHeight};
  };
  const double right = x + kNearGap;
  const double left = x - kNearGap - width;
  return {at(right, above),
          at(x + kLabelGap, y - half),
          at(right, below),
          at(left, above),
          at(x - kLabelGap - width, y - half),
          at(left, below),
          at(x - width / 2, above - half),
          at(x - width / 2, below + half)};
}

// Every label that finds a place, those of the front first: from its best to its cheapest.
std::string labels(const std::vector<ScatterPoint>& points, const Frame& frame) {
  constexpr double kBaseline = 10;  // of a label's height
  const std::vector<ScatterPoint> dearest_first(points.rbegin(), points.rend());
  std::vector<Rectangle> taken;
  for (const ScatterPoint& point : points) {
    const double x = frame.across(point.x);
    const double y = frame.up(point.y);
    taken.push_back({x - kRadius, y - kRadius, x + kRadius, y + kRadius});
  }
  std::string drawn;
  for (const bool front : {true, false}) {
    for (const ScatterPoint& point : dearest_first) {
      if (point.front != front || point.label.empty()) continue;
      if (!front && points.size() > kMostLabelled) continue;
      const auto all = places(frame.across(point.x), frame.up(point.y), svg::width_of(point.label));
      const auto* free = std::ranges::find_if(all, [&](const Rectangle& place) {
        return place.lies_in(kArea) && std::ranges::none_of(taken, [&](const Rectangle& other) {
                 return place.overlaps(other);
               });
      });
      if (free == all.end()) continue;
      taken.push_back(*free);
      drawn +=
          svg::text((free->left + free->right) / 2, free->top + kBaseline,
                    front ? "middle small strong over" : "middle small faint over", point.label);
    }
  }
  return drawn;
}

}  // namespace

std::string to_svg(const Scatter& scatter, svg::Place place) {
  const std::vector<ScatterPoint> points = drawable_points(scatter);
  const Frame frame = frame_of(points);
  std::string drawn = axes(scatter, frame) + front_line(points, frame);
  for (const bool front : {false, true}) {
    for (const ScatterPoint& point : points) {
      if (point.front == front) drawn += dot(point, frame);
    }
  }
  return svg::picture(kWidth, kHeight, scatter.title, drawn + labels(points, frame), place);
}

}  // namespace ag::report
