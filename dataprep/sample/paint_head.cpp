// Body, head, skin and beard.
#include <algorithm>
#include <array>
#include <cmath>

#include "dataprep/sample/painter.h"

namespace ag::dataprep {
namespace {

Colour shade_of(const Face& face) {
  return mix(scaled(face.skin, 0.62), {0.45, 0.2, 0.15}, 0.12);
}

// A stroke through points that are given on the right half, on both halves of the face.
template <std::size_t N>
void stroke_both(Painting& p, const std::array<Point, N>& right, double depth, const Colour& colour,
                 double width, double alpha) {
  for (const double side : {-1.0, 1.0}) {
    std::array<Point, N> points;
    std::transform(right.begin(), right.end(), points.begin(),
                   [&](const Point& at) { return p.pose(side * at.x, at.y, depth); });
    p.canvas.smooth(points, false);
    p.canvas.stroke(colour, width, alpha);
  }
}

void paint_ears(Painting& p) {
  const Face& f = p.face;
  for (const double side : {-1.0, 1.0}) {
    const Point at = p.pose(side * (f.width + 0.02), f.eye_y + 0.16, -0.25);
    p.canvas.ellipse(at, 0.10, 0.19);
    p.canvas.fill(mix(f.skin, shade_of(f), 0.25));
    p.canvas.ellipse(at, 0.05, 0.11);
    p.canvas.fill(shade_of(f), 0.4);
  }
}

void paint_spots(Painting& p) {
  const Face& f = p.face;
  const auto dot = [&p, &f](double size, double alpha) {
    const double x = p.random.uniform(-0.85, 0.85) * f.width;
    const double y = p.random.uniform(-0.75, 0.8) * f.chin;
    p.canvas.ellipse(p.pose(x, y, 0.2), size, size * p.random.uniform(0.6, 1.2));
    p.canvas.fill(shade_of(f), alpha);
  };
  for (int i = 0; i < static_cast<int>(22 * f.spots); ++i) {
    dot(p.random.uniform(0.01, 0.045), p.random.uniform(0.1, 0.35));
  }
  for (std::uint32_t i = 0; i < f.freckles; ++i) dot(0.013, 0.35);
}

void paint_forehead_lines(Painting& p) {
  const Face& f = p.face;
  const Colour dark = scaled(shade_of(f), 0.9);
  for (int line = 0; line < 4; ++line) {
    const double y = f.eye_y - 0.26 - 0.085 * line;
    const double half = f.width * (0.55 - 0.05 * line) * p.random.uniform(0.8, 1.1);
    const double wave = 0.02 * p.random.normal();
    const std::array<Point, 4> points = {
        p.pose(-half, y + wave, 0.25), p.pose(-half / 3, y - 0.02, 0.3),
        p.pose(half / 3, y - wave, 0.3), p.pose(half, y + 0.01, 0.25)};
    p.canvas.smooth(points, false);
    p.canvas.stroke(dark, 0.022, f.wrinkles * p.random.uniform(0.35, 0.7));
  }
}

}  // namespace

void head_path(Painting& p) {
  const Face& f = p.face;
  const double w = f.width;
  const double jowl = 0.055 * f.sag;
  const std::array<Point, 7> right = {{{0.45 * w, -0.955},
                                       {0.88 * w, -0.62},
                                       {w, -0.15},
                                       {(w + f.jaw) / 2 + f.cheeks, 0.30},
                                       {f.jaw + jowl + 0.5 * f.cheeks, 0.62 * f.chin},
                                       {0.62 * f.jaw + jowl, 0.86 * f.chin},
                                       {0.26 * f.jaw, 0.985 * f.chin}}};
  std::array<Point, 16> outline;
  outline[0] = p.pose(0, -1.0);
  outline[8] = p.pose(0, f.chin);
  for (std::size_t i = 0; i < right.size(); ++i) {
    outline[1 + i] = p.pose(right[i].x, right[i].y);
    outline[15 - i] = p.pose(-right[i].x, right[i].y);
  }
  p.canvas.smooth(outline, true);
}

void paint_body(Painting& p) {
  const Face& f = p.face;
  const double shoulder = 0.95 + 1.6 * (f.neck - 0.3);
  p.canvas.ellipse({0, f.chin + 0.98}, shoulder, 0.78);
  p.canvas.fill(f.clothes);
  const std::array<Point, 6> neck = {{{-f.neck, f.chin - 0.35},
                                      {-0.92 * f.neck, f.chin + 0.1},
                                      {-1.25 * f.neck, f.chin + 0.38},
                                      {1.25 * f.neck, f.chin + 0.38},
                                      {0.92 * f.neck, f.chin + 0.1},
                                      {f.neck, f.chin - 0.35}}};
  p.canvas.smooth(neck, true);
  p.canvas.fill(mix(f.skin, shade_of(f), 0.55));
}

void paint_head(Painting& p) {
  const Face& f = p.face;
  paint_ears(p);
  head_path(p);
  const Point lit =
      p.pose(0.25 * std::cos(f.light_angle), 0.3 * std::sin(f.light_angle) - 0.1, 0.3);
  p.canvas.fill_radial(lit, 1.25, scaled(f.skin, 1.04), mix(f.skin, shade_of(f), 0.75));
  cairo_save(p.canvas.context());
  head_path(p);
  cairo_clip(p.canvas.context());
  for (const double side : {-1.0, 1.0}) {
    const Point cheek = p.pose(side * 0.60 * f.width, 0.5 * (f.eye_y + f.mouth_y), 0.15);
    p.canvas.glow(cheek, 0.32, mix(f.skin, {0.92, 0.32, 0.28}, 0.75), 1.4 * f.blush);
  }
  paint_spots(p);
  cairo_restore(p.canvas.context());
}

void paint_wrinkles(Painting& p) {
  const Face& f = p.face;
  if (f.wrinkles <= 0.01) return;
  const Colour dark = scaled(shade_of(f), 0.85);
  paint_forehead_lines(p);
  // From the nose to the corners of the mouth.
  stroke_both(p,
              std::array<Point, 3>{{{f.nose_width + 0.06, f.nose_y - 0.03},
                                    {f.nose_width + 0.17, f.nose_y + 0.11},
                                    {f.mouth_width + 0.09, f.mouth_y + 0.04}}},
              0.3, dark, 0.028, 0.75 * f.wrinkles);
  // From there down, as cheeks sag.
  stroke_both(p,
              std::array<Point, 3>{{{f.mouth_width + 0.05, f.mouth_y + 0.03},
                                    {f.mouth_width + 0.08, f.mouth_y + 0.15},
                                    {f.mouth_width + 0.03, f.mouth_y + 0.27}}},
              0.28, dark, 0.025, 0.7 * f.sag);
  // Crow's feet.
  const double corner = f.eye_x + 1.25 * f.eye_size;
  for (const double rise : {-0.09, 0.0, 0.09}) {
    stroke_both(
        p, std::array<Point, 2>{{{corner, f.eye_y + 0.3 * rise}, {corner + 0.13, f.eye_y + rise}}},
        0.15, dark, 0.018, 0.65 * f.wrinkles);
  }
  // Bags under the eyes.
  stroke_both(p,
              std::array<Point, 3>{{{f.eye_x - 0.9 * f.eye_size, f.eye_y + 0.8 * f.eye_size},
                                    {f.eye_x, f.eye_y + 1.35 * f.eye_size},
                                    {f.eye_x + 1.1 * f.eye_size, f.eye_y + 0.75 * f.eye_size}}},
              0.25, dark, 0.028, 0.55 * f.bags);
  // Frown.
  stroke_both(p, std::array<Point, 2>{{{0.06, f.eye_y - 0.22}, {0.05, f.eye_y - 0.08}}}, 0.32, dark,
              0.02, 0.5 * f.wrinkles);
}

void paint_beard(Painting& p) {
  const Face& f = p.face;
  if (f.beard == Beard::kNone) return;
  const double top = f.mouth_y - 0.05;
  cairo_save(p.canvas.context());
  head_path(p);
  cairo_clip(p.canvas.context());
  const double half = f.beard == Beard::kGoatee ? f.mouth_width + 0.05 : 1.1 * f.width;
  const double alpha = f.beard == Beard::kStubble ? 0.30 : 0.88;
  if (f.beard != Beard::kMoustache) {
    const double cheek = f.beard == Beard::kGoatee ? top + 0.12 : top - 0.28;
    const std::array<Point, 8> lower = {p.pose(-half, cheek),
                                        p.pose(-0.62 * half, top + 0.06, 0.15),
                                        p.pose(0, f.mouth_y + 0.10, 0.28),
                                        p.pose(0.62 * half, top + 0.06, 0.15),
                                        p.pose(half, cheek),
                                        p.pose(0.85 * half, f.chin + 0.1),
                                        p.pose(0, f.chin + 0.2),
                                        p.pose(-0.85 * half, f.chin + 0.1)};
    p.canvas.smooth(lower, true);
    p.canvas.fill(f.hair, alpha);
  }
  const double lip = f.mouth_y - f.lip_fullness;
  const std::array<Point, 6> moustache = {p.pose(-f.mouth_width - 0.06, f.mouth_y + 0.05, 0.25),
                                          p.pose(-0.5 * f.mouth_width, lip - 0.09, 0.33),
                                          p.pose(0, lip - 0.07, 0.36),
                                          p.pose(0.5 * f.mouth_width, lip - 0.09, 0.33),
                                          p.pose(f.mouth_width + 0.06, f.mouth_y + 0.05, 0.25),
                                          p.pose(0, lip + 0.02, 0.36)};
  p.canvas.smooth(moustache, true);
  p.canvas.fill(f.hair, alpha);
  cairo_restore(p.canvas.context());
}

}  // namespace ag::dataprep
