#include "tracking/report/terminal_chart.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "framework/core/text.h"
#include "tracking/report/canvas.h"
#include "tracking/report/cells.h"

namespace ag::report {
namespace {

constexpr int kColumnsUnasked = 100;
constexpr int kLeastCanvasColumns = 20;
constexpr int kMostLabelCells = 16;
constexpr int kGap = 2;
constexpr int kRowsPerTick = 3;
constexpr int kCellsPerTick = 10;

// The name of a curve or a level, at the row where it ends.
struct EndLabel {
  int row = 0;
  std::string text;
  std::optional<int> colour;  // none: faint
};

struct Frame {
  Range x;
  Range y;
  Canvas canvas;
  int label_cells;  // of the numbers at the vertical axis
  int names_cells;  // of the names at the right
};

int dot_of(const Scale& scale, double value) {
  return static_cast<int>(std::lround(scale(value)));
}

Scale x_scale(const Frame& frame) {
  return {frame.x, 0, frame.canvas.dots_across() - 1.0};
}
Scale y_scale(const Frame& frame) {
  return {frame.y, frame.canvas.dots_down() - 1.0, 0};
}

void draw(const Series& series, Frame& frame) {
  const Scale x = x_scale(frame);
  const Scale y = y_scale(frame);
  const Point* before = nullptr;
  for (const Point& point : series.points) {
    if (!drawable(point.y)) {
      before = nullptr;
      continue;
    }
    const Point& from = before == nullptr ? point : *before;
    frame.canvas.line(dot_of(x, from.x), dot_of(y, from.y), dot_of(x, point.x), dot_of(y, point.y),
                      series.colour, series.stroke);
    before = &point;
  }
}

// Moves labels that share a row to the nearest free one: those that end higher stay higher.
void spread(std::vector<EndLabel>& labels, int rows) {
  std::ranges::stable_sort(labels, {}, &EndLabel::row);
  int free = 0;
  for (EndLabel& label : labels) {
    label.row = std::max(label.row, free);
    free = label.row + 1;
  }
  int last = rows - 1;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    label->row = std::min(label->row, last);
    last = label->row - 1;
  }
}

std::vector<EndLabel> end_labels(const Panel& panel, const Frame& frame, int rows) {
  const Scale y = y_scale(frame);
  const auto row_of = [&](double value) { return dot_of(y, value) / Canvas::kDotsDown; };
  std::vector<EndLabel> labels;
  for (const Series& series : panel.series) {
    const auto last = std::find_if(series.points.rbegin(), series.points.rend(),
                                   [](const Point& point) { return drawable(point.y); });
    if (last != series.points.rend()) {
      labels.push_back({row_of(last->y), series.label, series.colour});
    }
  }
  for (const Level& level : panel.levels) labels.push_back({row_of(level.y), level.label, {}});
  spread(labels, rows);
  return labels;
}

std::string end_label_text(const std::vector<EndLabel>& labels, int row, const Frame& frame,
                           const Terminal& terminal) {
  const auto label = std::ranges::find(labels, row, &EndLabel::row);
  if (label == labels.end()) return "";
  const std::string text = cut_to_columns(label->text, frame.names_cells);
  return " " + (label->colour ? coloured(text, *label->colour, terminal)
                              : toned(text, Tone::kDim, terminal));
}

// The line under the axis: tick labels centred under their ticks, and what the axis measures.
std::string x_axis(const Frame& frame, const std::string& x_label, int columns,
                   const Terminal& terminal) {
  const int canvas_columns = frame.canvas.dots_across() / Canvas::kDotsAcross;
  const Ticks ticks = nice_ticks(frame.x, std::max(2, canvas_columns / kCellsPerTick), true);
  const Scale x(frame.x, 0, canvas_columns - 1);
  std::string rule;
  std::string labels;
  int at = 0;
  for (const double tick : ticks.at) {
    const int column = dot_of(x, tick);
    for (; at < column; ++at) rule += "─";
    rule += "┬";
    ++at;
    const std::string text = tick_label(tick, ticks.step);
    const int begin = std::max(column - display_columns(text) / 2, 0);
    if (!labels.empty() && begin <= display_columns(labels)) continue;
    labels = pad_right(labels, begin).append(text);
  }
  for (; at < canvas_columns; ++at) rule += "─";
  const std::string margin(static_cast<std::size_t>(frame.label_cells), ' ');
  const std::string named = labels + std::string(kGap, ' ') + x_label;
  const bool fits = frame.label_cells + 2 + display_columns(named) <= columns;
  return margin + toned(" └" + rule, Tone::kDim, terminal) + "\n" + margin + "  " +
         toned(fits ? named : labels, Tone::kDim, terminal) + "\n";
}

int widest_tick(const Ticks& ticks) {
  int cells = 0;
  for (const double tick : ticks.at) {
    cells = std::max(cells, display_columns(tick_label(tick, ticks.step)));
  }
  return cells;
}

// The names share the right margin with the name of the horizontal axis.
int widest_name(const Panel& panel, const std::string& x_label) {
  int cells = display_columns(x_label) + kGap;
  for (const Series& series : panel.series) cells = std::max(cells, display_columns(series.label));
  for (const Level& level : panel.levels) cells = std::max(cells, display_columns(level.label));
  return std::min(cells, kMostLabelCells);
}

std::string tick_at(const Ticks& ticks, const Frame& frame, int row) {
  const Scale y = y_scale(frame);
  for (const double tick : ticks.at) {
    if (dot_of(y, tick) / Canvas::kDotsDown == row) return tick_label(tick, ticks.step);
  }
  return "";
}

std::string panel_text(const Panel& panel, const std::string& x_label, int rows,
                       const Terminal& terminal) {
  const int at_most_ticks = std::max(2, rows / kRowsPerTick + 1);
  const Range y = y_range(panel);
  const Ticks ticks = nice_ticks(y, at_most_ticks);
  const int label_cells = widest_tick(ticks);
  const int names_cells = widest_name(panel, x_label);
  const int columns =
      std::max(kLeastCanvasColumns, terminal.columns - label_cells - 2 - 1 - names_cells);
  Frame frame{x_range(panel), y, Canvas(columns, rows), label_cells, names_cells};
  for (const Level& level : panel.levels) frame.canvas.level(dot_of(y_scale(frame), level.y));
  for (const Series& series : panel.series) draw(series, frame);
  const std::vector<EndLabel> labels = end_labels(panel, frame, rows);

  std::string text = toned(panel.title, Tone::kBold, terminal) + "\n";
  for (int row = 0; row < rows; ++row) {
    const std::string tick = tick_at(ticks, frame, row);
    std::string line =
        toned(pad_left(tick, label_cells) + (tick.empty() ? " │" : " ┤"), Tone::kDim, terminal);
    line += frame.canvas.row_text(row, terminal) + end_label_text(labels, row, frame, terminal);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text + x_axis(frame, x_label, terminal.columns, terminal);
}

std::string legend_text(const Chart& chart, const Terminal& terminal) {
  int widest = 0;
  for (const LegendEntry& entry : chart.legend)
    widest = std::max(widest, display_columns(entry.label));
  std::string text;
  for (const LegendEntry& entry : chart.legend) {
    const std::string line = terminal.colour ? "━━ " : "";
    text += coloured(line + pad_right(entry.label, widest), entry.colour, terminal);
    text +=
        cut_to_columns("  " + entry.text, terminal.columns - widest - display_columns(line)) + "\n";
  }
  if (!chart.note.empty()) text += toned(chart.note, Tone::kDim, terminal) + "\n";
  return text;
}

}  // namespace

std::string to_text(const Chart& chart, const Terminal& terminal, int panel_rows) {
  Terminal sized = terminal;
  if (sized.columns == 0) sized.columns = kColumnsUnasked;
  std::string text;
  if (!chart.title.empty()) text += toned(chart.title, Tone::kBold, sized) + "\n";
  text += legend_text(chart, sized);
  for (const Panel& panel : chart.panels) {
    text += "\n" + panel_text(panel, chart.x_label, panel_rows, sized);
  }
  return text;
}

}  // namespace ag::report
