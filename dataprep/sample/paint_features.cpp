// Eyes, brows, nose, mouth and glasses.
#include <algorithm>
#include <array>
#include <cmath>

#include "dataprep/sample/painter.h"

namespace ag::dataprep {
namespace {

constexpr Colour kInk = {0.09, 0.06, 0.05};
constexpr Colour kEyeWhite = {0.94, 0.92, 0.90};
constexpr double kEyeDepth = 0.22;
constexpr double kNoseDepth = 0.42;
constexpr double kMouthDepth = 0.32;

// The opening of one eye as a path.
void eye_path(Painting& p, double side) {
  const Face& f = p.face;
  const double s = f.eye_size;
  const double upper = 0.62 * s * (1 - f.lid) * (1 - 0.15 * std::max(0.0, f.smile));
  const std::array<Point, 6> points = {
      p.pose(side * (f.eye_x - 1.1 * s), f.eye_y + 0.08 * s, kEyeDepth),
      p.pose(side * (f.eye_x - 0.4 * s), f.eye_y - 0.9 * upper, kEyeDepth),
      p.pose(side * (f.eye_x + 0.35 * s), f.eye_y - upper, kEyeDepth),
      p.pose(side * (f.eye_x + 1.1 * s), f.eye_y - 0.02 * s, kEyeDepth),
      p.pose(side * (f.eye_x + 0.4 * s), f.eye_y + 0.48 * s, kEyeDepth),
      p.pose(side * (f.eye_x - 0.45 * s), f.eye_y + 0.45 * s, kEyeDepth)};
  p.canvas.smooth(points, true);
}

void paint_eye(Painting& p, double side) {
  const Face& f = p.face;
  const double s = f.eye_size;
  const Point centre = p.pose(side * f.eye_x, f.eye_y - 0.03 * s, kEyeDepth + 0.03);
  p.canvas.ellipse(p.pose(side * f.eye_x, f.eye_y - 0.1 * s, kEyeDepth), 1.45 * s, 1.0 * s);
  p.canvas.fill(scaled(f.skin, 0.72), 0.25 + 0.15 * f.bags);
  cairo_save(p.canvas.context());
  eye_path(p, side);
  cairo_clip_preserve(p.canvas.context());
  p.canvas.fill(mix(kEyeWhite, {0.9, 0.8, 0.7}, 0.5 * f.sag));
  p.canvas.ellipse(centre, 0.56 * s, 0.56 * s);
  p.canvas.fill(f.iris);
  p.canvas.ellipse(centre, 0.27 * s, 0.27 * s);
  p.canvas.fill(kInk);
  p.canvas.ellipse({centre.x - 0.18 * s, centre.y - 0.2 * s}, 0.12 * s, 0.12 * s);
  p.canvas.fill({1, 1, 1}, 0.9);
  cairo_restore(p.canvas.context());
  eye_path(p, side);
  p.canvas.stroke(mix(kInk, f.skin, 0.25), 0.016, 0.8);
  // The upper lid's line, heavier with lashes, and its fold.
  const double upper = 0.62 * s * (1 - f.lid);
  const std::array<Point, 4> lid = {
      p.pose(side * (f.eye_x - 1.05 * s), f.eye_y, kEyeDepth),
      p.pose(side * (f.eye_x - 0.2 * s), f.eye_y - upper, kEyeDepth),
      p.pose(side * (f.eye_x + 0.6 * s), f.eye_y - 0.85 * upper, kEyeDepth),
      p.pose(side * (f.eye_x + (1.1 + 0.3 * f.lashes) * s), f.eye_y - (0.05 + 0.3 * f.lashes) * s,
             kEyeDepth)};
  p.canvas.smooth(lid, false);
  p.canvas.stroke(kInk, 0.020 + 0.036 * f.lashes, 0.9);
}

void paint_lips(Painting& p) {
  const Face& f = p.face;
  const double w = f.mouth_width * (1 + 0.12 * f.smile);
  const double lift = 0.06 * f.smile;
  const double gap = 0.09 * f.open;
  const double full = f.lip_fullness;
  const auto at = [&p, &f](double x, double y) { return p.pose(x, f.mouth_y + y, kMouthDepth); };
  const std::array<Point, 8> outer = {at(-w, -lift),
                                      at(-0.45 * w, -full - gap / 2),
                                      at(0, -0.75 * full - gap / 2),
                                      at(0.45 * w, -full - gap / 2),
                                      at(w, -lift),
                                      at(0.5 * w, 1.15 * full + gap),
                                      at(0, 1.35 * full + gap + 0.3 * lift),
                                      at(-0.5 * w, 1.15 * full + gap)};
  p.canvas.smooth(outer, true);
  p.canvas.fill(f.lips);
  const std::array<Point, 4> inner = {at(-0.82 * w, -0.7 * lift), at(0, 0.25 * lift - gap / 3),
                                      at(0.82 * w, -0.7 * lift), at(0, 0.5 * lift + gap)};
  if (gap > 0.02) {
    p.canvas.smooth(inner, true);
    p.canvas.fill(f.smile > 0.2 ? Colour{0.95, 0.93, 0.9} : Colour{0.25, 0.06, 0.06});
  }
  const std::array<Point, 3> line = {at(-0.95 * w, -0.9 * lift), at(0, 0.25 * lift - gap / 3),
                                     at(0.95 * w, -0.9 * lift)};
  p.canvas.smooth(line, false);
  p.canvas.stroke(scaled(f.lips, 0.45), 0.02, 0.8);
}

}  // namespace

void paint_eyes(Painting& p) {
  for (const double side : {-1.0, 1.0}) paint_eye(p, side);
}

void paint_brows(Painting& p) {
  const Face& f = p.face;
  const double y = f.eye_y - f.eye_size - 0.10 + 0.02 * f.sag;
  for (const double side : {-1.0, 1.0}) {
    const auto at = [&](double x, double dy) { return p.pose(side * (f.eye_x + x), y + dy, 0.27); };
    const double t = f.brow_thickness;
    const std::array<Point, 6> points = {
        at(-0.19, 0.02),           at(0.02, -f.brow_arch),    at(0.22, 0.02),
        at(0.20, 0.02 + 0.25 * t), at(0.02, t - f.brow_arch), at(-0.19, 0.02 + t)};
    p.canvas.smooth(points, true);
    p.canvas.fill(mix(scaled(f.hair, 0.8), f.skin, 0.12), 0.85);
  }
}

void paint_nose(Painting& p) {
  const Face& f = p.face;
  const Colour shade = scaled(f.skin, 0.62);
  const double w = f.nose_width;
  // The shaded side lies away from the light.
  const double side = std::cos(f.light_angle) > 0 ? -1 : 1;
  const std::array<Point, 4> ridge = {
      p.pose(side * 0.07, f.eye_y - 0.05, 0.28), p.pose(side * 0.06, f.eye_y + 0.12, 0.34),
      p.pose(side * 0.7 * w, f.nose_y - 0.09, 0.40), p.pose(side * w, f.nose_y - 0.01, 0.32)};
  p.canvas.smooth(ridge, false);
  p.canvas.stroke(shade, 0.05, 0.35);
  p.canvas.ellipse(p.pose(0, f.nose_y - 0.05, kNoseDepth), 0.62 * w, 0.075);
  p.canvas.fill(scaled(f.skin, 1.1), 0.5);
  const std::array<Point, 5> base = {
      p.pose(-w, f.nose_y - 0.05, 0.32), p.pose(-0.85 * w, f.nose_y + 0.02, 0.34),
      p.pose(0, f.nose_y + 0.045, kNoseDepth), p.pose(0.85 * w, f.nose_y + 0.02, 0.34),
      p.pose(w, f.nose_y - 0.05, 0.32)};
  p.canvas.smooth(base, false);
  p.canvas.stroke(scaled(shade, 0.8), 0.024, 0.75);
  for (const double nostril : {-1.0, 1.0}) {
    p.canvas.ellipse(p.pose(nostril * 0.45 * w, f.nose_y + 0.015, 0.38), 0.28 * w, 0.022);
    p.canvas.fill(scaled(shade, 0.45), 0.8);
  }
}

void paint_mouth(Painting& p) {
  const Face& f = p.face;
  p.canvas.ellipse(p.pose(0, f.mouth_y + 1.6 * f.lip_fullness + 0.05, 0.3), 0.55 * f.mouth_width,
                   0.025);
  p.canvas.fill(scaled(f.skin, 0.65), 0.35);
  paint_lips(p);
}

void paint_glasses(Painting& p) {
  const Face& f = p.face;
  if (!f.glasses) return;
  const double half = std::max(0.22, 1.55 * f.eye_size);
  for (const double side : {-1.0, 1.0}) {
    p.canvas.ellipse(p.pose(side * f.eye_x, f.eye_y + 0.02, 0.33), half, 0.85 * half);
    p.canvas.stroke(kInk, 0.035, 0.85);
    const Point from = p.pose(side * (f.eye_x + half), f.eye_y - 0.02, 0.33);
    const Point to = p.pose(side * (f.width + 0.02), f.eye_y, -0.1);
    cairo_move_to(p.canvas.context(), from.x, from.y);
    cairo_line_to(p.canvas.context(), to.x, to.y);
    p.canvas.stroke(kInk, 0.03, 0.8);
  }
  const Point left = p.pose(-(f.eye_x - half), f.eye_y, 0.34);
  const Point right = p.pose(f.eye_x - half, f.eye_y, 0.34);
  cairo_move_to(p.canvas.context(), left.x, left.y);
  cairo_line_to(p.canvas.context(), right.x, right.y);
  p.canvas.stroke(kInk, 0.035, 0.85);
}

}  // namespace ag::dataprep
