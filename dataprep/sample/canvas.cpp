#include "dataprep/sample/canvas.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <vector>

namespace ag::dataprep {

Colour mix(const Colour& a, const Colour& b, double share_of_b) {
  const double t = std::clamp(share_of_b, 0.0, 1.0);
  return {a.red + t * (b.red - a.red), a.green + t * (b.green - a.green),
          a.blue + t * (b.blue - a.blue)};
}

Colour scaled(const Colour& colour, double factor) {
  const auto channel = [factor](double value) { return std::clamp(value * factor, 0.0, 1.0); };
  return {channel(colour.red), channel(colour.green), channel(colour.blue)};
}

Canvas::Canvas(int size)
    : size_(size),
      surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, size, size)),
      context_(cairo_create(surface_.get())) {
  check_cairo(context_.get());
}

data::Picture Canvas::picture() const {
  cairo_surface_flush(surface_.get());
  const unsigned char* rows = cairo_image_surface_get_data(surface_.get());
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get()));
  const auto side = static_cast<std::size_t>(size_);
  data::Picture picture{size_, size_, std::vector<std::uint8_t>(side * side * 3)};
  std::uint8_t* to = picture.rgb.data();
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      std::uint32_t pixel = 0;  // 0x00RRGGBB in this machine's byte order
      std::memcpy(&pixel, rows + y * stride + x * sizeof(pixel), sizeof(pixel));
      *to++ = static_cast<std::uint8_t>(pixel >> 16);
      *to++ = static_cast<std::uint8_t>(pixel >> 8);
      *to++ = static_cast<std::uint8_t>(pixel);
    }
  }
  return picture;
}

void Canvas::fill(const Colour& colour, double alpha) {
  cairo_set_source_rgba(context(), colour.red, colour.green, colour.blue, alpha);
  cairo_fill(context());
}

void Canvas::stroke(const Colour& colour, double width, double alpha) {
  cairo_set_source_rgba(context(), colour.red, colour.green, colour.blue, alpha);
  cairo_set_line_width(context(), width);
  cairo_set_line_cap(context(), CAIRO_LINE_CAP_ROUND);
  cairo_stroke(context());
}

void Canvas::fill_radial(Point centre, double radius, const Colour& inner, const Colour& outer,
                         double alpha) {
  const CairoPattern pattern(
      cairo_pattern_create_radial(centre.x, centre.y, 0, centre.x, centre.y, radius));
  cairo_pattern_add_color_stop_rgba(pattern.get(), 0, inner.red, inner.green, inner.blue, alpha);
  cairo_pattern_add_color_stop_rgba(pattern.get(), 1, outer.red, outer.green, outer.blue, alpha);
  cairo_set_source(context(), pattern.get());
  cairo_fill(context());
}

void Canvas::glow(Point centre, double radius, const Colour& colour, double alpha) {
  const CairoPattern pattern(
      cairo_pattern_create_radial(centre.x, centre.y, 0, centre.x, centre.y, radius));
  cairo_pattern_add_color_stop_rgba(pattern.get(), 0, colour.red, colour.green, colour.blue, alpha);
  cairo_pattern_add_color_stop_rgba(pattern.get(), 1, colour.red, colour.green, colour.blue, 0);
  cairo_set_source(context(), pattern.get());
  cairo_new_path(context());
  cairo_arc(context(), centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
  cairo_fill(context());
}

void Canvas::ellipse(Point centre, double half_width, double half_height) {
  cairo_save(context());
  cairo_translate(context(), centre.x, centre.y);
  cairo_scale(context(), std::max(half_width, 1e-4), std::max(half_height, 1e-4));
  cairo_new_sub_path(context());
  cairo_arc(context(), 0, 0, 1, 0, 2 * std::numbers::pi);
  cairo_restore(context());
}

void Canvas::smooth(std::span<const Point> points, bool closed) {
  const auto count = static_cast<int>(points.size());
  const auto at = [&](int i) -> const Point& {
    const int index = closed ? (i + count) % count : std::clamp(i, 0, count - 1);
    return points[static_cast<std::size_t>(index)];
  };
  cairo_move_to(context(), at(0).x, at(0).y);
  for (int i = 0; i < (closed ? count : count - 1); ++i) {
    const Point& a = at(i);
    const Point& b = at(i + 1);
    const Point out{(b.x - at(i - 1).x) / 6, (b.y - at(i - 1).y) / 6};
    const Point in{(at(i + 2).x - a.x) / 6, (at(i + 2).y - a.y) / 6};
    cairo_curve_to(context(), a.x + out.x, a.y + out.y, b.x - in.x, b.y - in.y, b.x, b.y);
  }
  if (closed) cairo_close_path(context());
}

}  // namespace ag::dataprep
