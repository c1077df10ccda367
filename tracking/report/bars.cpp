#include "tracking/report/bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/core/text.h"
#include "tracking/report/cells.h"

namespace ag::report {
namespace {

constexpr int kPercent = 100;
constexpr int kGap = 2;
constexpr int kPercentCells = 4;
constexpr int kMostBarCells = 40;
constexpr int kLeastLabelCells = 8;
constexpr int kLabelCellsUnasked = 40;

// Of a picture, in CSS pixels.
constexpr double kWidth = 440;
constexpr double kTop = 30;
constexpr double kRow = 28;
constexpr double kBarHeight = 16;
constexpr double kMostLabelWidth = 200;
constexpr double kNumberWidth = 44;
constexpr double kMargin = 2;
constexpr double kLeastBar = 1;  // of a share of zero, to show where it would be
constexpr double kBaseline = 13;

std::string percent(double share) {
  return fmt::format("{}%", std::lround(share * kPercent));
}

}  // namespace

std::string to_text(const Bars& bars, const Terminal& terminal) {
  int label_cells = 0;
  for (const Bar& bar : bars.bars) label_cells = std::max(label_cells, display_columns(bar.label));
  const int most_label =
      terminal.columns == 0 ? kLabelCellsUnasked : std::max(terminal.columns / 2, kLeastLabelCells);
  label_cells = std::min(label_cells, most_label);
  const int taken = label_cells + kPercentCells + 2 * kGap;
  const int bar_cells = terminal.columns == 0
                            ? kMostBarCells
                            : std::clamp(terminal.columns - taken, 0, kMostBarCells);
  std::string text = toned(bars.title, Tone::kBold, terminal) + "\n";
  for (const Bar& bar : bars.bars) {
    const auto filled = std::lround(std::clamp(bar.share, 0.0, 1.0) * bar_cells);
    std::string drawn;
    for (long i = 0; i < filled; ++i) drawn += bar.faint ? "░" : "█";
    std::string line = pad_right(elide_middle(bar.label, label_cells), label_cells + kGap) +
                       pad_left(percent(bar.share), kPercentCells) + std::string(kGap, ' ');
    line += bar.faint ? toned(drawn, Tone::kDim, terminal) : coloured(drawn, 0, terminal);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string to_svg(const Bars& bars, svg::Place place) {
  double label_width = 0;
  for (const Bar& bar : bars.bars) label_width = std::max(label_width, svg::width_of(bar.label));
  label_width = std::min(label_width, kMostLabelWidth);
  const double left = kMargin + label_width + 4 * kMargin;
  const double whole = kWidth - left - kNumberWidth;
  std::string drawn = svg::text(kMargin, 16, "panel", bars.title);
  double y = kTop;
  for (const Bar& bar : bars.bars) {
    const double length = std::max(std::clamp(bar.share, 0.0, 1.0) * whole, kLeastBar);
    drawn += svg::text(kMargin + label_width, y + kBaseline, bar.faint ? "end faint" : "end",
                       svg::fitted(bar.label, label_width));
    drawn += svg::rectangle(left, y, whole, kBarHeight, "empty");
    drawn += svg::rectangle(left, y, length, kBarHeight, bar.faint ? "aside" : "t0");
    drawn += svg::text(left + whole + 4 * kMargin, y + kBaseline, bar.faint ? "faint" : "strong",
                       percent(bar.share));
    y += kRow;
  }
  return svg::picture(kWidth, y, bars.title, drawn, place);
}

}  // namespace ag::report
