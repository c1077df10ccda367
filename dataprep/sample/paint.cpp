// A whole picture: backdrop, the parts of the face in order, light, and the camera's grain.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "dataprep/sample/painter.h"

namespace ag::dataprep {
namespace {

constexpr Colour kBlack = {0, 0, 0};
constexpr Colour kWhite = {1, 1, 1};

void paint_backdrop(Canvas& canvas, const Face& face, RandomStream& random) {
  cairo_t* context = canvas.context();
  cairo_rectangle(context, 0, 0, 1, 1);
  canvas.fill_radial({random.uniform(), random.uniform()}, 1.1, face.backdrop[0], face.backdrop[1]);
  for (int i = 0; i < 6; ++i) {
    const double size = random.uniform(0.08, 0.4);
    const Point centre = {random.uniform(), random.uniform()};
    canvas.glow(centre, size, scaled(face.backdrop[1], random.uniform(0.5, 1.6)),
                random.uniform(0.2, 0.8));
  }
}

// Light from one side: that side brighter, the other darker.
void shed_light(Canvas& canvas, const Face& face) {
  const double x = 0.5 * std::cos(face.light_angle);
  const double y = 0.5 * std::sin(face.light_angle);
  const CairoPattern light(cairo_pattern_create_linear(0.5 + x, 0.5 + y, 0.5 - x, 0.5 - y));
  cairo_pattern_add_color_stop_rgba(light.get(), 0, kWhite.red, kWhite.green, kWhite.blue,
                                    0.35 * face.light);
  cairo_pattern_add_color_stop_rgba(light.get(), 0.5, 0.5, 0.5, 0.5, 0);
  cairo_pattern_add_color_stop_rgba(light.get(), 1, kBlack.red, kBlack.green, kBlack.blue,
                                    0.9 * face.light);
  cairo_set_source(canvas.context(), light.get());
  cairo_rectangle(canvas.context(), 0, 0, 1, 1);
  cairo_fill(canvas.context());
}

// Exposure, colour temperature and sensor noise. The noise is the difference of two random bytes,
// scaled to the deviation that is asked for: near enough to normal, and eight values a Philox
// block.
void expose(data::Picture& picture, const Face& face) {
  constexpr double kBytePairDeviation =
      104.5;  // of the difference of two uniform bytes: 256 / sqrt(6)
  const double noise = face.noise / kBytePairDeviation;
  const double gain[3] = {face.exposure * (1 + face.warmth), face.exposure,
                          face.exposure * (1 - face.warmth)};
  std::uint32_t block = 0;
  for (std::size_t at = 0; at < picture.rgb.size(); ++block) {
    for (const std::uint32_t word : philox(face.detail, (1u << 24) + block)) {
      for (int shift = 0; shift < 32 && at < picture.rgb.size(); shift += 16, ++at) {
        const int pair =
            static_cast<int>(word >> shift & 0xFF) - static_cast<int>(word >> (shift + 8) & 0xFF);
        const double value = picture.rgb[at] * gain[at % 3] + noise * pair;
        picture.rgb[at] = static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
      }
    }
  }
}

}  // namespace

Pose::Pose(const Face& face)
    : cosine_(std::cos(face.yaw)), sine_(std::sin(face.yaw)), pitch_(std::sin(face.pitch)) {}

Point Pose::operator()(double x, double y, double depth) const {
  return {x * cosine_ + depth * sine_, y + depth * pitch_};
}

data::Picture paint(const Face& face, int size) {
  Canvas canvas(size);
  cairo_t* context = canvas.context();
  cairo_scale(context, size, size);
  Painting p{canvas, face, Pose(face), RandomStream(face.detail)};
  paint_backdrop(canvas, face, p.random);
  cairo_save(context);
  cairo_translate(context, 0.5 + face.shift.x, 0.5 + face.shift.y);
  cairo_rotate(context, face.roll);
  cairo_scale(context, face.scale, face.scale);
  paint_back_hair(p);
  paint_body(p);
  paint_head(p);
  paint_wrinkles(p);
  paint_beard(p);
  paint_nose(p);
  paint_mouth(p);
  paint_eyes(p);
  paint_brows(p);
  paint_front_hair(p);
  paint_glasses(p);
  cairo_restore(context);
  shed_light(canvas, face);
  data::Picture picture = canvas.picture();
  expose(picture, face);
  return picture;
}

}  // namespace ag::dataprep
