// A Cairo surface to draw on, and the few shapes and colours that faces are made of.
#pragma once

#include <span>

#include "framework/core/cairo/cairo_handle.h"
#include "framework/data/picture.h"

namespace ag::dataprep {

struct Colour {
  double red = 0;  // 0 to 1 each
  double green = 0;
  double blue = 0;
};
Colour mix(const Colour& a, const Colour& b, double share_of_b);
Colour scaled(const Colour& colour, double factor);  // clamped to 0 to 1

struct Point {
  double x = 0;
  double y = 0;
};

// A square picture that is drawn on in its own coordinates. One thread.
class Canvas {
 public:
  explicit Canvas(int size);  // pixels; throws Error without memory

  cairo_t* context() { return context_.get(); }
  int size() const { return size_; }

  // What was drawn so far.
  data::Picture picture() const;

  // In the coordinates that the context has at the moment.
  void fill(const Colour& colour, double alpha = 1);  // the path, which is then gone
  void stroke(const Colour& colour, double width, double alpha = 1);
  void fill_radial(Point centre, double radius, const Colour& inner, const Colour& outer,
                   double alpha = 1);
  // A round patch that fades out towards its edge.
  void glow(Point centre, double radius, const Colour& colour, double alpha);
  void ellipse(Point centre, double half_width, double half_height);  // adds it as a path
  // A smooth curve through the points, as a path (Catmull-Rom); closed joins the last to the first.
  void smooth(std::span<const Point> points, bool closed);

 private:
  int size_;
  CairoSurface surface_;
  CairoContext context_;
};

}  // namespace ag::dataprep
