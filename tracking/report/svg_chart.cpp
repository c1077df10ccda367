#include "tracking/report/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "tracking/report/markup.h"
#include "tracking/report/palette.h"
#include "tracking/report/svg.h"

namespace ag::report {
namespace {

// All lengths are in CSS pixels.
constexpr double kMargin = 20;
constexpr double kPanelWidth = 460;
constexpr double kLonePanelWidth = 720;
constexpr double kPanelHeight = 290;
constexpr double kAxisWidth = 52;   // left of the curves, for the numbers
constexpr double kNamesWidth = 76;  // right of them, for their names
constexpr double kTitleHeight = 34;
constexpr double kFootHeight = 40;
constexpr double kLine = 20;        // of the legend
constexpr double kNameHeight = 13;  // two names at the right stand so far apart
constexpr int kMostTicks = 6;
constexpr int kMostTicksAcross = 8;
constexpr std::size_t kMostPoints = 800;  // more than two a pixel show nothing more

// The place of one panel's curves, and the scales into it.
struct Box {
  double left;
  double right;
  double top;
  double bottom;
  Range x_values;
  Range y_values;

  Scale x() const { return {x_values, left, right}; }
  Scale y() const { return {y_values, bottom, top}; }
};

std::string axes(const Box& box, const std::string& x_label) {
  std::string drawn;
  const Ticks up = nice_ticks(box.y_values, kMostTicks);
  for (const double tick : up.at) {
    const double y = box.y()(tick);
    drawn += svg::line(box.left, y, box.right, y, "grid");
    drawn += svg::text(box.left - 8, y + 4, "faint end", tick_label(tick, up.step));
  }
  const Ticks across = nice_ticks(box.x_values, kMostTicksAcross, true);
  drawn += svg::line(box.left, box.bottom, box.right, box.bottom, "axis");
  for (const double tick : across.at) {
    const double x = box.x()(tick);
    drawn += svg::line(x, box.bottom, x, box.bottom + 4, "axis");
    drawn += svg::text(x, box.bottom + 17, "faint middle", tick_label(tick, across.step));
  }
  return drawn + svg::text((box.left + box.right) / 2, box.bottom + 33, "faint middle", x_label);
}

std::string curve(const Series& series, const Box& box) {
  const Scale x = box.x();
  const Scale y = box.y();
  std::string path;
  bool drawing = false;
  std::size_t points = 0;
  Point last;
  for (const Point& point : thinned(series.points, kMostPoints)) {
    const bool there = drawable(point.y);
    if (there) {
      fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", drawing ? "L" : "M", x(point.x),
                     y(point.y));
      last = point;
      ++points;
    }
    drawing = there;
  }
  if (points == 0) return "";
  const int colour = series.colour % kPaletteSize;
  const std::string_view dashed = series.stroke == Stroke::kDashed ? " dashed" : "";
  std::string drawn = fmt::format("<path d=\"{}\" class=\"curve s{}{}\"><title>{}</title></path>\n",
                                  path, colour, dashed, escaped(series.label));
  if (series.stroke == Stroke::kSolid) {
    drawn += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" class=\"t{}\"/>\n", x(last.x),
                         y(last.y), colour);
  }
  return drawn;
}

// The names at the right end, moved apart where they would overlap.
std::string names(const Panel& panel, const Box& box) {
  struct Name {
    double y;
    std::string classes;
    std::string text;
  };
  std::vector<Name> all;
  for (const Series& series : panel.series) {
    const auto last = std::find_if(series.points.rbegin(), series.points.rend(),
                                   [](const Point& point) { return drawable(point.y); });
    if (last == series.points.rend()) continue;
    all.push_back(
        {box.y()(last->y), fmt::format("t{}", series.colour % kPaletteSize), series.label});
  }
  for (const Level& level : panel.levels) all.push_back({box.y()(level.y), "faint", level.label});
  std::ranges::stable_sort(all, {}, &Name::y);
  double free = box.top;
  for (Name& name : all) {
    name.y = std::max(name.y, free);
    free = name.y + kNameHeight;
  }
  double last = box.bottom;
  for (auto name = all.rbegin(); name != all.rend(); ++name) {
    name->y = std::min(name->y, last);
    last = name->y - kNameHeight;
  }
  std::string drawn;
  for (const Name& name : all)
    drawn += svg::text(box.right + 9, name.y + 4, name.classes, name.text);
  return drawn;
}

std::string panel_svg(const Panel& panel, const std::string& x_label, double left, double top,
                      double width) {
  const Box box{.left = left + kAxisWidth,
                .right = left + width - kNamesWidth,
                .top = top + kTitleHeight,
                .bottom = top + kPanelHeight - kFootHeight,
                .x_values = x_range(panel),
                .y_values = y_range(panel)};
  std::string drawn = svg::text(box.left, top + 18, "panel", panel.title) + axes(box, x_label);
  for (const Level& level : panel.levels) {
    const double y = box.y()(level.y);
    drawn += svg::line(box.left, y, box.right, y, "level");
  }
  // What is dashed stands for less: it goes below.
  for (const Stroke stroke : {Stroke::kDashed, Stroke::kSolid}) {
    for (const Series& series : panel.series) {
      if (series.stroke == stroke) drawn += curve(series, box);
    }
  }
  return drawn + names(panel, box);
}

// The title, and a line for each entry of the legend. Returns where the panels may begin, too.
std::pair<std::string, double> head_svg(const Chart& chart) {
  std::string drawn;
  double y = kMargin;
  if (!chart.title.empty()) {
    drawn += svg::text(kMargin, y + 14, "title", chart.title);
    y += 1.5 * kLine;
  }
  for (const LegendEntry& entry : chart.legend) {
    const int colour = entry.colour % kPaletteSize;
    drawn += svg::line(kMargin, y + 8, kMargin + 22, y + 8, fmt::format("curve s{}", colour));
    drawn += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\"><tspan class=\"strong\">{}</tspan><tspan dx=\"10\" "
        "class=\"faint\">{}</tspan></text>\n",
        kMargin + 30, y + 12, escaped(entry.label), escaped(entry.text));
    y += kLine;
  }
  if (!chart.note.empty()) {
    drawn += svg::text(kMargin, y + 12, "faint", chart.note);
    y += kLine;
  }
  return {drawn, y + kMargin / 2};
}

}  // namespace

std::string to_svg(const Chart& chart) {
  const bool lone = chart.panels.size() <= 1;
  const int across = lone ? 1 : 2;
  const double panel_width = lone ? kLonePanelWidth : kPanelWidth;
  const auto [head, top] = head_svg(chart);
  std::string panels;
  int column = 0;
  int row = 0;
  for (const Panel& panel : chart.panels) {
    if (column == across) {
      column = 0;
      ++row;
    }
    panels += panel_svg(panel, chart.x_label, kMargin + column * panel_width,
                        top + row * kPanelHeight, panel_width);
    ++column;
  }
  const double width = 2 * kMargin + across * panel_width;
  const double height = top + (row + 1) * kPanelHeight + kMargin / 2;
  return svg::picture(width, height, chart.title, head + panels, svg::Place::kAlone);
}

}  // namespace ag::report
