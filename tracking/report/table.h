// Tables for a terminal, fitted to its width, and the same as CSV.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tracking/report/terminal.h"

namespace ag::report {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
  // Cells that it may be cut down to, in the middle and with an ellipsis; 0: it is never cut.
  int least = 0;
  // Whether it may be left out where there is no room, the highest number first; 0: never.
  int dispensable = 0;
  bool apart = false;  // on a page, some room is before it: a group of columns begins
};

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
  bool whole = false;        // never cut, whatever its column allows: a number
  std::optional<int> shade;  // of palette.h: the cell's ground, instead of the tone
};

struct Row {
  std::vector<Cell> cells;  // as many as there are columns, or one that stands above what follows
  bool heading = false;
};

struct Table {
  std::vector<Column> columns;
  std::vector<Row> rows;
  // A table that is too wide still is cut into several, one above the other, each of which begins
  // with the first `key_columns`; with 0 its lines are longer than the terminal.
  std::size_t key_columns = 0;
};

// Lines with their ends. What was left out for want of room is said in a last line.
std::string to_text(const Table& table, const Terminal& terminal);

// RFC 4180, with "\n" for line ends and without the headings; fields with a comma, a quote or a
// line's end are quoted.
std::string to_csv(const Table& table);

}  // namespace ag::report
