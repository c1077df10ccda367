#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tracking/report/agreement.h"
#include "tracking/report/number.h"

namespace ag::report {
namespace {

constexpr double kWidth = 440;
constexpr double kLeft = 60;
constexpr double kRight = kWidth - 20;
constexpr double kLegend = 40;  // its middle
constexpr double kTop = 84;
constexpr double kBottom = kTop + (kRight - kLeft);  // square, so that the diagonal is one
constexpr double kBarsTop = kBottom + 16;
constexpr double kBarsBottom = kBarsTop + 40;
constexpr double kHeight = kBarsBottom + 44;
constexpr double kRadius = 3.5;
constexpr double kBarGap = 1;
constexpr double kLeastBar = 1;  // of a single case among many
constexpr double kBaseline = 4;  // from a line's middle down to where its letters stand
constexpr double kSample = 22;   // of the legend
constexpr double kSampleGap = 6;
constexpr double kLegendGap = 16;
constexpr int kMostTicks = 10;
constexpr double kPercent = 100;

struct Frame {
  Range x;
  Range y;

  double across(double value) const {
    return Scale(x, kLeft, kRight)(std::clamp(value, x.low, x.high));
  }
  double up(double value) const {
    return Scale(y, kBottom, kTop)(std::clamp(value, y.low, y.high));
  }
};

std::vector<AgreementPoint> drawable_points(const Agreement& agreement) {
  std::vector<AgreementPoint> points;
  std::ranges::copy_if(agreement.points, std::back_inserter(points), [](const auto& point) {
    return point.count > 0 && drawable(point.x) && drawable(point.y) && drawable(point.low) &&
           drawable(point.high);
  });
  return points;
}

std::string axes(const Agreement& agreement, const Frame& frame) {
  const double unit = agreement.percent ? kPercent : 1;
  const std::string sign = agreement.percent ? "%" : "";
  const auto ticks = [&](const Range& range) {
    return nice_ticks({range.low * unit, range.high * unit}, kMostTicks);
  };
  std::string drawn;
  const Ticks up = ticks(frame.y);
  for (const double tick : up.at) {
    const double y = frame.up(tick / unit);
    drawn += svg::line(kLeft, y, kRight, y, "grid");
    drawn += svg::text(kLeft - 8, y + kBaseline, "faint end", tick_label(tick, up.step) + sign);
  }
  const Ticks across = ticks(frame.x);
  for (const double tick : across.at) {
    const double x = frame.across(tick / unit);
    drawn += svg::line(x, kTop, x, kBottom, "grid");
    drawn += svg::text(x, kBarsBottom + 17, "faint middle", tick_label(tick, across.step) + sign);
  }
  drawn += svg::text(kLeft, kTop - 12, "faint", agreement.y_label);
  return drawn +
         svg::text((kLeft + kRight) / 2, kBarsBottom + 36, "faint middle", agreement.x_label);
}

// Where x and y are the same, as far as both axes reach.
std::string diagonal(const Frame& frame) {
  const double low = std::max(frame.x.low, frame.y.low);
  const double high = std::min(frame.x.high, frame.y.high);
  if (low >= high) return "";
  return svg::line(frame.across(low), frame.up(low), frame.across(high), frame.up(high), "level");
}

std::string band(const std::vector<AgreementPoint>& points, const Frame& frame) {
  if (points.empty()) return "";
  std::string path;
  const auto to = [&](double x, double y) {
    fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", path.empty() ? "M" : "L",
                   frame.across(x), frame.up(y));
  };
  for (const AgreementPoint& point : points) to(point.x, point.high);
  for (auto point = points.rbegin(); point != points.rend(); ++point) to(point->x, point->low);
  return fmt::format("<path d=\"{}Z\" class=\"band t0\"/>\n", path);
}

std::string lines(const std::vector<AgreementPoint>& points, const Frame& frame) {
  std::string drawn;
  for (const AgreementPoint& point : points) {
    const double x = frame.across(point.x);
    drawn += svg::line(x, frame.up(point.low), x, frame.up(point.high), "s0");
  }
  return drawn;
}

std::string curve(const std::vector<AgreementPoint>& points, const Frame& frame) {
  std::string path;
  std::string dots;
  for (const AgreementPoint& point : points) {
    const double x = frame.across(point.x);
    const double y = frame.up(point.y);
    fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, y);
    dots += svg::explained(
        fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" class=\"t0\"/>\n", x, y, kRadius),
        point.detail);
  }
  if (path.empty()) return "";
  return fmt::format("<path d=\"{}\" class=\"curve s0\"/>\n", path) + dots;
}

std::string bars(const Agreement& agreement, const std::vector<AgreementPoint>& points,
                 const Frame& frame) {
  std::size_t most = 1;
  for (const AgreementPoint& point : points) most = std::max(most, point.count);
  std::string drawn = svg::text(kLeft - 8, kBarsTop + kBaseline + 4, "faint end small",
                                short_count(static_cast<double>(most)));
  drawn += svg::text(kLeft - 8, kBarsBottom, "faint end small", agreement.count_label);
  for (const AgreementPoint& point : points) {
    const double left = frame.across(point.from);
    const double width = frame.across(point.to) - left;
    const double share = static_cast<double>(point.count) / static_cast<double>(most);
    const double height = std::max(share * (kBarsBottom - kBarsTop), kLeastBar);
    drawn += svg::explained(svg::rectangle(left + kBarGap / 2, kBarsBottom - height,
                                           std::max(width - kBarGap, kLeastBar), height, "aside"),
                            point.detail);
  }
  return drawn + svg::line(kLeft, kBarsBottom, kRight, kBarsBottom, "axis");
}

std::string legend(const Agreement& agreement) {
  double x = kLeft;
  std::string drawn;
  const auto entry = [&](const std::string& label, const std::string& sample) {
    drawn += sample + svg::text(x + kSample + kSampleGap, kLegend + kBaseline, "", label);
    x += kSample + kSampleGap + svg::width_of(label) + kLegendGap;
  };
  const double half = kSample / 2;
  entry(agreement.curve_label,
        svg::line(x, kLegend, x + kSample, kLegend, "curve s0") +
            fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" class=\"t0\"/>\n", x + half,
                        kLegend, kRadius));
  constexpr double kTall = 14;
  entry(agreement.spread_label,
        agreement.spread == Spread::kBand
            ? svg::rectangle(x, kLegend - kTall / 2, kSample, kTall, "band t0")
            : svg::line(x + half, kLegend - kTall / 2, x + half, kLegend + kTall / 2, "s0"));
  entry(agreement.diagonal_label, svg::line(x, kLegend, x + kSample, kLegend, "level"));
  return drawn;
}

}  // namespace

std::string to_svg(const Agreement& agreement, svg::Place place) {
  const std::vector<AgreementPoint> points = drawable_points(agreement);
  const Frame frame{agreement.x, agreement.y};
  const bool as_band = agreement.spread == Spread::kBand;
  const std::string drawn = svg::text(2, 16, "panel", agreement.title) + legend(agreement) +
                            axes(agreement, frame) + (as_band ? band(points, frame) : "") +
                            diagonal(frame) + (as_band ? "" : lines(points, frame)) +
                            curve(points, frame) + bars(agreement, points, frame);
  return svg::picture(kWidth, kHeight, agreement.title, drawn, place);
}

}  // namespace ag::report
