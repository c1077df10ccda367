// Places in a picture. x runs to the right, y down, in pixels; (0, 0) is the left upper corner of
// the left upper pixel.
#pragma once

#include <span>

namespace ag::vision {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;

  double right() const { return left + width; }
  double bottom() const { return top + height; }
  double area() const { return width * height; }
  Point centre() const { return {left + width / 2, top + height / 2}; }
};

// The part of `box` that lies in a picture of that size; of no area where none does.
Box clamped(const Box& box, int width, int height);

// Wider by `margin` of its width on the left and on the right, and of its height above and below:
// what IMDB-WIKI's crops add (0.4), so that they are 1.8 times the face's box.
Box widened(const Box& box, double margin);

// The smallest box around points, of which there is at least one.
Box extent(std::span<const Point> points);

// The part that two share; of no area where they share none.
Box shared(const Box& a, const Box& b);

// The area that two share over the area that they cover together: 0 to 1, and 0 for two
// of no area.
double overlap(const Box& a, const Box& b);

}  // namespace ag::vision
