// The parts of a face, each drawn over those before it. Used by paint.cpp alone.
#pragma once

#include "dataprep/sample/canvas.h"
#include "dataprep/sample/face.h"

namespace ag::dataprep {

// Where a point of the turned head appears. `depth` is how far it stands out of the plane of the
// head's outline.
class Pose {
 public:
  explicit Pose(const Face& face);
  Point operator()(double x, double y, double depth = 0) const;

 private:
  double cosine_;
  double sine_;
  double pitch_;
};

// A canvas, a face on it, and how that is turned.
struct Painting {
  Canvas& canvas;
  const Face& face;
  Pose pose;
  RandomStream random;  // for strands, spots and such
};

void paint_back_hair(Painting& p);
void paint_body(Painting& p);
void paint_head(Painting& p);
void paint_wrinkles(Painting& p);
void paint_beard(Painting& p);
void paint_nose(Painting& p);
void paint_mouth(Painting& p);
void paint_eyes(Painting& p);
void paint_brows(Painting& p);
void paint_glasses(Painting& p);
void paint_front_hair(Painting& p);

// The outline of the head as a path.
void head_path(Painting& p);

}  // namespace ag::dataprep
