#include "tracking/report/heat_map.h"

#include <fmt/format.h>

#include "tracking/report/cells.h"
#include "tracking/report/palette.h"
#include "tracking/report/table.h"

namespace ag::report {
namespace {

constexpr int kLeastKeyCells = 8;

Cell cell_of(const HeatCell& heat) {
  std::string text = heat.best ? "* " + heat.value : heat.value;
  if (!heat.spread.empty()) text += " " + heat.spread;
  Cell cell{text, heat.badness || text.empty() ? Tone::kPlain : Tone::kDim, true};
  if (heat.badness) cell.shade = shade_number(*heat.badness);
  return cell;
}

}  // namespace

std::string to_text(const HeatMap& map, const Terminal& terminal) {
  Table table;
  table.key_columns = 1;
  table.columns.push_back({map.row_title, Align::kLeft, kLeastKeyCells});
  for (const std::string& column : map.columns) table.columns.push_back({column, Align::kRight});
  for (std::size_t i = 0; i < map.rows.size(); ++i) {
    Row row{{{map.rows[i], Tone::kBold}}};
    for (const HeatCell& cell : map.cells[i]) row.cells.push_back(cell_of(cell));
    table.rows.push_back(std::move(row));
  }
  const std::string title = fmt::format("{}; across: {}", map.title, map.column_title);
  std::string text;
  for (const std::string& line :
       terminal.columns == 0 ? std::vector{title} : wrapped(title, terminal.columns)) {
    text += toned(line, Tone::kBold, terminal) + "\n";
  }
  return text + to_text(table, terminal);
}

}  // namespace ag::report
