// Where the texts beside frames go, so that as many as possible can be read. Pure arithmetic.
//
// Each text is tried at every side of its frame and within it. What it covers there costs: another
// text most, another's face less, its own face less still. The places cost something, too, so that
// texts stand above their frames unless something speaks against it. One after another goes where
// that costs least, then each again given where the others are, until none moves: from left to
// right, from right to left, from top to bottom and from bottom to top; the best of these is taken.
// Where they still crowd, all are made smaller together.
#pragma once

#include <span>
#include <vector>

#include "framework/vision/box.h"

namespace ag::vision {

// A label is a text with room around it. In sizes of its font:
inline constexpr double kLabelHeight = 1.5;
inline constexpr double kLabelPadding = 0.5;  // to the left of the text and to the right

struct LabelWish {
  Box frame;              // what it belongs to: within the picture
  double gap = 0;         // pixels from there to the label
  double text_width = 0;  // in sizes of the font
  double font_size = 0;   // pixels, where there is room; 0 for a frame without a label
};

struct Label {
  Box box;               // wholly within the picture
  double font_size = 0;  // at most what was wished
};

// One label for each wish, for a picture of that size in pixels.
std::vector<Label> place_labels(int width, int height, std::span<const LabelWish> wishes);

}  // namespace ag::vision
