#include "tracking/report/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "framework/core/text.h"
#include "tracking/report/cells.h"

namespace ag::report {
namespace {

constexpr int kGap = 2;

// Which columns are shown, and how wide.
struct Layout {
  std::vector<std::size_t> columns;
  std::vector<int> widths;  // of every column, shown or not

  int total() const {
    int sum = kGap * (static_cast<int>(columns.size()) - 1);
    for (const std::size_t column : columns) sum += widths[column];
    return sum;
  }
};

std::vector<int> natural_widths(const Table& table) {
  std::vector<int> widths;
  for (const Column& column : table.columns) widths.push_back(display_columns(column.title));
  for (const Row& row : table.rows) {
    if (row.heading) continue;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_columns(row.cells[i].text));
    }
  }
  return widths;
}

// What a column may be cut down to: never into a cell that has to stay whole.
std::vector<int> least_widths(const Table& table) {
  std::vector<int> least;
  for (const Column& column : table.columns) least.push_back(column.least);
  for (const Row& row : table.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i].whole) least[i] = std::max(least[i], display_columns(row.cells[i].text));
    }
  }
  return least;
}

// Takes one cell at a time from the widest column that may still shrink; false when none may.
bool shrink_one(const Table& table, const std::vector<int>& least, Layout& layout) {
  const std::size_t none = table.columns.size();
  std::size_t widest = none;
  for (const std::size_t column : layout.columns) {
    if (table.columns[column].least == 0 || layout.widths[column] <= least[column]) continue;
    if (widest == none || layout.widths[column] > layout.widths[widest]) widest = column;
  }
  if (widest == none) return false;
  --layout.widths[widest];
  return true;
}

// Leaves out the most dispensable column; false when none is. The others get their width back.
bool drop_one(const Table& table, Layout& layout, const std::vector<int>& natural) {
  const auto most = std::ranges::max_element(
      layout.columns, {}, [&table](std::size_t c) { return table.columns[c].dispensable; });
  if (most == layout.columns.end() || table.columns[*most].dispensable == 0) return false;
  layout.columns.erase(most);
  layout.widths = natural;
  return true;
}

Layout fit(const Table& table, int columns) {
  const std::vector<int> natural = natural_widths(table);
  const std::vector<int> least = least_widths(table);
  Layout layout{std::vector<std::size_t>(table.columns.size()), natural};
  std::iota(layout.columns.begin(), layout.columns.end(), std::size_t{0});
  if (columns == 0) return layout;
  do {
    while (layout.total() > columns && shrink_one(table, least, layout)) {
    }
  } while (layout.total() > columns && drop_one(table, layout, natural));
  return layout;
}

// The layout cut into parts that fit, each with the key columns first.
std::vector<Layout> cut(const Table& table, const Layout& whole, int columns) {
  if (table.key_columns == 0 || columns == 0 || whole.total() <= columns) return {whole};
  const auto keys_end = whole.columns.begin() + static_cast<std::ptrdiff_t>(table.key_columns);
  const Layout keys{{whole.columns.begin(), keys_end}, whole.widths};
  std::vector<Layout> parts;
  for (auto at = keys_end; at != whole.columns.end(); ++at) {
    if (!parts.empty()) {
      parts.back().columns.push_back(*at);
      if (parts.back().total() <= columns) continue;
      parts.back().columns.pop_back();
    }
    parts.push_back(keys);
    parts.back().columns.push_back(*at);
  }
  return parts;
}

std::string padded(const Column& column, const std::string& text, int width, bool last) {
  const std::string fitting = column.least > 0 ? elide_middle(text, width) : text;
  if (column.align == Align::kRight) return pad_left(fitting, width);
  return last ? fitting : pad_right(fitting, width);  // no spaces at a line's end
}

std::string line_of(const Table& table, const Layout& layout, const std::vector<Cell>& cells,
                    const Terminal& terminal) {
  std::string line;
  for (const std::size_t at : layout.columns) {
    const bool last = at == layout.columns.back();
    const std::string text = padded(table.columns[at], cells[at].text, layout.widths[at], last);
    line += cells[at].shade ? shaded(text, *cells[at].shade, terminal)
                            : toned(text, cells[at].tone, terminal);
    if (!last) line.append(kGap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string part_to_text(const Table& table, const Layout& layout, const Terminal& terminal) {
  std::vector<Cell> titles;
  for (const Column& column : table.columns) titles.push_back({column.title, Tone::kBold});
  std::string text = line_of(table, layout, titles, terminal);
  for (const Row& row : table.rows) {
    if (row.heading) {
      text += "\n" + toned(row.cells[0].text, row.cells[0].tone, terminal) + "\n";
    } else {
      text += line_of(table, layout, row.cells, terminal);
    }
  }
  return text;
}

std::string left_out(const Table& table, const Layout& layout, const Terminal& terminal) {
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (std::ranges::find(layout.columns, i) == layout.columns.end()) {
      titles.push_back(table.columns[i].title);
    }
  }
  if (titles.empty()) return "";
  const std::string text = fmt::format("no room for: {}", fmt::join(titles, ", "));
  return toned(cut_to_columns(text, terminal.columns), Tone::kDim, terminal) + "\n";
}

}  // namespace

std::string to_text(const Table& table, const Terminal& terminal) {
  const Layout layout = fit(table, terminal.columns);
  std::string text;
  for (const Layout& part : cut(table, layout, terminal.columns)) {
    if (!text.empty()) text += "\n";
    text += part_to_text(table, part, terminal);
  }
  return text + left_out(table, layout, terminal);
}

std::string to_csv(const Table& table) {
  std::vector<std::string> fields;
  for (const Column& column : table.columns) fields.push_back(csv_field(column.title));
  std::string text = fmt::format("{}\n", fmt::join(fields, ","));
  for (const Row& row : table.rows) {
    if (row.heading) continue;
    fields.clear();
    for (const Cell& cell : row.cells) fields.push_back(csv_field(cell.text));
    text += fmt::format("{}\n", fmt::join(fields, ","));
  }
  return text;
}

}  // namespace ag::report
