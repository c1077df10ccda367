// A drawing of dots in a terminal: braille characters, two dots wide and four high each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tracking/report/chart.h"
#include "tracking/report/terminal.h"

namespace ag::report {

class Canvas {
 public:
  static constexpr int kDotsAcross = 2;
  static constexpr int kDotsDown = 4;

  // In cells.
  Canvas(int columns, int rows);

  int dots_across() const { return columns_ * kDotsAcross; }
  int dots_down() const { return rows_ * kDotsDown; }

  // Dots are counted from the left and from the top; what lies outside is left out.
  void dot(int x, int y, int colour);
  void line(int x0, int y0, int x1, int y1, int colour, Stroke stroke);
  // A faint row of dots that gives way to whatever is drawn in its cells.
  void level(int y);

  std::string row_text(int row, const Terminal& terminal) const;

 private:
  struct Glyph {
    std::uint8_t dots = 0;
    int colour = kNone;
  };
  static constexpr int kNone = -1;
  static constexpr int kFaint = -2;

  Glyph* glyph_at(int x, int y);

  int columns_;
  int rows_;
  std::vector<std::vector<Glyph>> glyphs_;  // by row, then column
  int pen_ = 0;                             // how far the dashed line is
};

}  // namespace ag::report
