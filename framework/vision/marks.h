// The marks that photos are annotated with: frames, dots, signs with a text. Each has a dark
// outline, so that the bright mark stands out on any ground.
#pragma once

#include <string>
#include <vector>

#include "framework/vision/box.h"
#include "framework/vision/overlay.h"

namespace ag::vision {

struct Colour {
  double red = 0;  // 0 to 1 each
  double green = 0;
  double blue = 0;
};

// Widths in pixels.
struct Frame {
  Box box;  // the outer edge of the line, in whole pixels
  double line = 1;
  double outline = 1;
};

Shape frame_mark(const Frame& frame, const Colour& colour);

// `points`, of which there is at least one, have to live until it is drawn.
Shape dots_mark(const std::vector<Point>& points, double radius);

struct Sign {
  Box box;  // of its ground, in whole pixels
  std::string text;
  double font_size = 0;  // pixels
  double outline = 0;    // pixels
};

// The text is dark, in the middle of a rectangle of that colour.
Shape sign_mark(const Sign& sign, const Colour& colour);

// How wide texts are on signs. One per thread. Throws Error where there is no memory, or a text
// isn't UTF-8.
class TextRuler {
 public:
  TextRuler();
  double width_of(const std::string& text);  // in sizes of the font

 private:
  CairoSurface surface_;
  CairoContext context_;
};

}  // namespace ag::vision
