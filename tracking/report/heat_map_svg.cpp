#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "tracking/report/heat_map.h"
#include "tracking/report/palette.h"

namespace ag::report {
namespace {

constexpr double kMargin = 2;
constexpr double kTitleHeight = 26;
constexpr double kHeaderHeight = 40;  // the columns' title, and their values
constexpr double kFootHeight = 34;    // what the colours mean
constexpr double kLeastCellWidth = 62;
constexpr double kMostCellWidth = 140;
constexpr double kLeastKeyWidth = 40;
constexpr double kMostKeyWidth = 150;
constexpr double kLoneCellHeight = 34;
constexpr double kCellHeight = 46;  // of a number above its spread
constexpr double kGap = 2;
constexpr double kBaseline = 4;  // from a line's middle down to where its letters stand
constexpr double kHalfLine = 8;
constexpr double kKeyPadding = 14;
constexpr double kShadeWidth = 16;
constexpr double kShadeHeight = 10;

struct Layout {
  double key_width;  // of the rows' values, at the left
  double cell_width;
  double cell_height;

  double x(std::size_t column) const {
    return kMargin + key_width + static_cast<double>(column) * cell_width;
  }
  double y(std::size_t row) const {
    return kTitleHeight + kHeaderHeight + static_cast<double>(row) * cell_height;
  }
};

Layout layout_of(const HeatMap& map) {
  double key = svg::width_of(map.row_title);
  for (const std::string& row : map.rows) key = std::max(key, svg::width_of(row));
  double cell = 0;
  for (const std::string& column : map.columns) cell = std::max(cell, svg::width_of(column));
  bool any_spread = false;
  for (const auto& row : map.cells) {
    for (const HeatCell& one : row) {
      cell = std::max({cell, svg::width_of(one.value), svg::width_of(one.spread)});
      any_spread = any_spread || !one.spread.empty();
    }
  }
  return {std::clamp(key + kKeyPadding, kLeastKeyWidth, kMostKeyWidth),
          std::clamp(cell + kKeyPadding, kLeastCellWidth, kMostCellWidth),
          any_spread ? kCellHeight : kLoneCellHeight};
}

std::string header_svg(const HeatMap& map, const Layout& layout) {
  const double middle = (layout.x(0) + layout.x(map.columns.size())) / 2;
  const double labels = layout.y(0) - kHalfLine;
  std::string drawn = svg::text(kMargin, 2 * kHalfLine, "panel", map.title);
  drawn += svg::text(middle, labels - 2 * kHalfLine - 2, "faint middle", map.column_title);
  drawn += svg::text(kMargin, labels, "faint",
                     svg::fitted(map.row_title, layout.key_width - kKeyPadding / 2));
  for (std::size_t column = 0; column < map.columns.size(); ++column) {
    drawn += svg::text(layout.x(column) + layout.cell_width / 2, labels, "middle strong",
                       svg::fitted(map.columns[column], layout.cell_width));
  }
  return drawn;
}

std::string cell_svg(const HeatCell& cell, double x, double y, const Layout& layout) {
  const double width = layout.cell_width - kGap;
  const double height = layout.cell_height - kGap;
  const double middle = x + width / 2;
  const int number = cell.badness ? shade_number(*cell.badness) : 0;
  const std::string ground = cell.badness ? fmt::format("h{}", number) : "empty";
  const std::string ink = cell.badness ? fmt::format("k{}", number) : "faint";
  std::string drawn = svg::rectangle(x, y, width, height, ground);
  const bool two_lines = !cell.spread.empty();
  const double base = y + height / 2 + kBaseline - (two_lines ? kHalfLine : 0);
  drawn += svg::text(middle, base, ink + (cell.best ? " middle strong" : " middle"),
                     svg::fitted(cell.value, layout.cell_width));
  if (two_lines) {
    drawn += svg::text(middle, base + 2 * kHalfLine, ink + " middle small", cell.spread);
  }
  if (cell.best) drawn += svg::rectangle(x - 1, y - 1, width + 2, height + 2, "best");
  return svg::explained(drawn, cell.detail);
}

std::string shades_svg(const HeatMap& map, double x, double y) {
  std::string drawn = svg::text(x, y + kShadeHeight, "faint small", map.best_word);
  x += svg::width_of(map.best_word);
  for (int i = 0; i < kShades; ++i) {
    drawn += svg::rectangle(x, y, kShadeWidth, kShadeHeight, fmt::format("h{}", i));
    x += kShadeWidth;
  }
  return drawn + svg::text(x + kHalfLine, y + kShadeHeight, "faint small", map.worst_word);
}

}  // namespace

std::string to_svg(const HeatMap& map, svg::Place place) {
  const Layout layout = layout_of(map);
  std::string plain;
  std::string best;  // drawn last: its frame overlaps its neighbours
  for (std::size_t row = 0; row < map.rows.size(); ++row) {
    const double y = layout.y(row);
    plain += svg::text(kMargin, y + layout.cell_height / 2 + kBaseline, "strong",
                       svg::fitted(map.rows[row], layout.key_width));
    for (std::size_t column = 0; column < map.columns.size(); ++column) {
      const HeatCell& cell = map.cells[row][column];
      (cell.best ? best : plain) += cell_svg(cell, layout.x(column), y, layout);
    }
  }
  const double bottom = layout.y(map.rows.size());
  const double shades_end = layout.x(0) + svg::width_of(map.best_word) + kShades * kShadeWidth +
                            kHalfLine + svg::width_of(map.worst_word);
  const double width =
      std::max({layout.x(map.columns.size()), shades_end, svg::width_of(map.title) + 2 * kMargin}) +
      kMargin;
  return svg::picture(width, bottom + kFootHeight, map.title,
                      header_svg(map, layout) + plain + best +
                          shades_svg(map, layout.x(0), bottom + kHalfLine + kGap),
                      place);
}

}  // namespace ag::report
