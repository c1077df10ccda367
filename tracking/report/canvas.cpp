#include "tracking/report/canvas.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace ag::report {
namespace {

// Bits of U+2800's dots, by row and column (Unicode, "Braille Patterns").
constexpr std::array<std::array<std::uint8_t, 2>, 4> kDotBits = {
    {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
constexpr int kDashDots = 3;  // drawn, then as many left out
constexpr int kLevelDotsApart = 4;

std::string braille(std::uint8_t dots) {
  if (dots == 0) return " ";
  // UTF-8 of U+2800 + dots.
  return {static_cast<char>(0xE2), static_cast<char>(0xA0 | dots >> 6),
          static_cast<char>(0x80 | (dots & 0x3F))};
}

}  // namespace

Canvas::Canvas(int columns, int rows)
    : columns_(columns),
      rows_(rows),
      glyphs_(static_cast<std::size_t>(rows),
              std::vector<Glyph>(static_cast<std::size_t>(columns))) {}

Canvas::Glyph* Canvas::glyph_at(int x, int y) {
  if (x < 0 || y < 0 || x >= dots_across() || y >= dots_down()) return nullptr;
  const int row = y / kDotsDown;
  const int column = x / kDotsAcross;
  return &glyphs_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
}

void Canvas::dot(int x, int y, int colour) {
  Glyph* glyph = glyph_at(x, y);
  if (glyph == nullptr) return;
  if (glyph->colour == kFaint) glyph->dots = 0;
  glyph->dots |=
      kDotBits[static_cast<std::size_t>(y % kDotsDown)][static_cast<std::size_t>(x % kDotsAcross)];
  glyph->colour = colour;
}

// Bresenham's line.
void Canvas::line(int x0, int y0, int x1, int y1, int colour, Stroke stroke) {
  const int dx = std::abs(x1 - x0);
  const int dy = -std::abs(y1 - y0);
  const int step_x = x0 < x1 ? 1 : -1;
  const int step_y = y0 < y1 ? 1 : -1;
  int error = dx + dy;
  while (true) {
    const bool gap = stroke == Stroke::kDashed && pen_++ / kDashDots % 2 == 1;
    if (!gap) dot(x0, y0, colour);
    if (x0 == x1 && y0 == y1) return;
    const int doubled = 2 * error;
    if (doubled >= dy) {
      error += dy;
      x0 += step_x;
    }
    if (doubled <= dx) {
      error += dx;
      y0 += step_y;
    }
  }
}

void Canvas::level(int y) {
  for (int x = 0; x < dots_across(); x += kLevelDotsApart) {
    Glyph* glyph = glyph_at(x, y);
    if (glyph == nullptr || glyph->colour >= 0) continue;
    glyph->dots |= kDotBits[static_cast<std::size_t>(y % kDotsDown)][0];
    glyph->colour = kFaint;
  }
}

std::string Canvas::row_text(int row, const Terminal& terminal) const {
  std::string text;
  for (const Glyph& glyph : glyphs_[static_cast<std::size_t>(row)]) {
    const std::string dots = braille(glyph.dots);
    if (glyph.colour == kFaint) {
      text += toned(dots, Tone::kDim, terminal);
    } else if (glyph.colour == kNone) {
      text += dots;
    } else {
      text += coloured(dots, glyph.colour, terminal);
    }
  }
  return text;
}

}  // namespace ag::report
