// Hair behind the head, and over it.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "dataprep/sample/painter.h"

namespace ag::dataprep {
namespace {

constexpr Colour kGreyStrand = {0.90, 0.90, 0.91};

struct Cut {
  double volume = 0;  // how far it stands off the head
  double back = 0;    // how far down it hangs behind the head; 0 not at all
};

Cut cut_of(const Face& face) {
  switch (face.style) {
    case HairStyle::kBald:
      return {0.01, 0};
    case HairStyle::kBuzz:
      return {0.03, 0};
    case HairStyle::kShort:
      return {0.09, 0};
    case HairStyle::kTidy:
      return {0.14, 0};
    case HairStyle::kUpdo:
      return {0.12, 0};
    case HairStyle::kBob:
      return {0.17, 0.55 + 0.2 * face.hair_length};
    case HairStyle::kLong:
      return {0.16, 1.1 + 0.6 * face.hair_length};
  }
  return {};
}

// Strands inside the clip: some darker, some lighter, some grey.
void paint_strands(Painting& p, int count, double top, double bottom) {
  const Face& f = p.face;
  for (int i = 0; i < count; ++i) {
    const double x = p.random.uniform(-1.1, 1.1);
    const bool grey = p.random.chance(0.8 * f.grey * (1 - f.grey) * 2);
    const Colour colour = grey ? kGreyStrand : scaled(f.hair, p.random.uniform(0.55, 1.45));
    const double bend = 0.15 * p.random.normal();
    const std::array<Point, 3> strand = {p.pose(0.55 * x + 0.4 * f.parting, top),
                                         p.pose(0.95 * x + 0.3 * bend, (top + bottom) / 2),
                                         p.pose(1.02 * x + bend, bottom)};
    p.canvas.smooth(strand, false);
    p.canvas.stroke(colour, 0.025, 0.45);
  }
}

// The line from temple to temple that the hair starts from, left to right.
std::vector<Point> hairline(const Painting& p) {
  const Face& f = p.face;
  const double w = f.width;
  const double line = f.hairline + f.fringe * 1.3;
  const double side = f.style == HairStyle::kBald ? -0.1 : -0.22;
  const double temple = std::max(-0.9, line - 0.10);
  return {p.pose(-0.99 * w, side + 0.12, 0.02),   p.pose(-0.86 * w, temple + 0.32, 0.10),
          p.pose(-0.62 * w, temple + 0.08, 0.15), p.pose(f.parting * w, line - 0.04, 0.2),
          p.pose(0.62 * w, temple + 0.08, 0.15),  p.pose(0.86 * w, temple + 0.32, 0.10),
          p.pose(0.99 * w, side + 0.12, 0.02)};
}

// Hair between the outline of the head, widened by the cut's volume, and the hairline.
void cap_path(Painting& p, double volume) {
  const double w = p.face.width + 0.6 * volume;
  std::vector<Point> outline = hairline(p);
  const std::array<Point, 7> over = {p.pose(w + 0.02, -0.02),
                                     p.pose(w + 0.02, -0.45),
                                     p.pose(0.72 * w, -0.88 - 0.8 * volume),
                                     p.pose(0, -1.02 - volume),
                                     p.pose(-0.72 * w, -0.88 - 0.8 * volume),
                                     p.pose(-w - 0.02, -0.45),
                                     p.pose(-w - 0.02, -0.02)};
  outline.insert(outline.end(), over.begin(), over.end());
  p.canvas.smooth(outline, true);
}

// Only the sides are left.
void paint_horseshoe(Painting& p) {
  const Face& f = p.face;
  for (const double side : {-1.0, 1.0}) {
    const std::array<Point, 5> patch = {p.pose(side * 0.97 * f.width, f.eye_y + 0.16, 0),
                                        p.pose(side * 0.90 * f.width, -0.30, 0.05),
                                        p.pose(side * 0.92 * f.width, -0.48, 0),
                                        p.pose(side * (f.width + 0.07), -0.35, -0.05),
                                        p.pose(side * (f.width + 0.07), 0.05, -0.05)};
    p.canvas.smooth(patch, true);
    p.canvas.fill(f.hair, 0.85);
  }
}

// Locks in front of the shoulders, beside the cheeks.
void paint_locks(Painting& p, const Cut& cut) {
  const Face& f = p.face;
  for (const double side : {-1.0, 1.0}) {
    const std::array<Point, 6> lock = {p.pose(side * 0.80 * f.width, -0.60, 0.1),
                                       p.pose(side * 0.97 * f.width, -0.05, 0.05),
                                       p.pose(side * 0.95 * f.width, 0.75 * cut.back, 0),
                                       p.pose(side * (f.width + 0.10), cut.back, 0),
                                       p.pose(side * (f.width + 0.22), 0.5 * cut.back, 0),
                                       p.pose(side * (f.width + 0.16), -0.35, 0)};
    p.canvas.smooth(lock, true);
    p.canvas.fill(scaled(f.hair, 0.92), f.hair_density);
  }
}

}  // namespace

void paint_back_hair(Painting& p) {
  const Face& f = p.face;
  const Cut cut = cut_of(f);
  if (cut.back <= 0) {
    if (f.style == HairStyle::kUpdo) {
      p.canvas.ellipse(p.pose(0, -1.12, -0.3), 0.30, 0.24);
      p.canvas.fill(scaled(f.hair, 0.85));
    }
    return;
  }
  const double w = f.width + 0.20;
  const std::array<Point, 8> outline = {p.pose(-w, -0.35, -0.2),
                                        p.pose(-0.6 * w, -1.05, -0.2),
                                        p.pose(0.6 * w, -1.05, -0.2),
                                        p.pose(w, -0.35, -0.2),
                                        p.pose(1.12 * w, 0.5 * cut.back, -0.2),
                                        p.pose(0.95 * w, cut.back, -0.2),
                                        p.pose(-0.95 * w, cut.back, -0.2),
                                        p.pose(-1.12 * w, 0.5 * cut.back, -0.2)};
  p.canvas.smooth(outline, true);
  p.canvas.fill(scaled(f.hair, 0.7), f.hair_density);
}

void paint_front_hair(Painting& p) {
  const Face& f = p.face;
  const Cut cut = cut_of(f);
  if (f.style == HairStyle::kBald) {
    paint_horseshoe(p);
    return;
  }
  if (cut.back > 0) paint_locks(p, cut);
  const double alpha = f.hair_density * (f.style == HairStyle::kBuzz ? 0.75 : 1);
  cairo_save(p.canvas.context());
  cap_path(p, cut.volume);
  cairo_clip_preserve(p.canvas.context());
  p.canvas.fill(f.hair, alpha);
  if (alpha > 0.5) paint_strands(p, 40, -1.1 - cut.volume, -0.1);
  cairo_restore(p.canvas.context());
}

}  // namespace ag::dataprep
