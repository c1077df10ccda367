#include "framework/vision/marks.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ag::vision {
namespace {

constexpr Colour kDark = {0.04, 0.05, 0.07};
constexpr Colour kLight = {1, 1, 1};
constexpr double kOutlineAlpha = 0.7;
constexpr double kDotAlpha = 0.85;
constexpr double kRimOfDot = 0.5;
constexpr double kLeastRim = 0.8;  // pixels

constexpr double kCornerOfFrame = 0.08;  // its radius, of the frame's width
constexpr double kCornerOfSign = 0.3;    // of the font's size

constexpr const char* kFont = "DejaVu Sans";
constexpr double kCapitals = 0.73;   // their height in that font, of its size
constexpr double kMeasuredAt = 100;  // a font size

Box grown(const Box& box, double by) {
  return {box.left - by, box.top - by, box.width + 2 * by, box.height + 2 * by};
}

void set_colour(cairo_t* context, const Colour& colour, double alpha = 1) {
  cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, alpha);
}

void rounded_rectangle(cairo_t* context, const Box& box, double radius) {
  constexpr double kQuarter = std::numbers::pi / 2;
  const double r = std::min({radius, box.width / 2, box.height / 2});
  cairo_new_sub_path(context);
  cairo_arc(context, box.right() - r, box.top + r, r, -kQuarter, 0);
  cairo_arc(context, box.right() - r, box.bottom() - r, r, 0, kQuarter);
  cairo_arc(context, box.left + r, box.bottom() - r, r, kQuarter, 2 * kQuarter);
  cairo_arc(context, box.left + r, box.top + r, r, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(context);
}

// Without hints, which fit letters to the pixels of one size: so a text is as many times wider as
// its font is larger.
void choose_font(cairo_t* context, double size) {
  const CairoFontOptions options(cairo_font_options_create());
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_set_font_options(context, options.get());
  cairo_select_font_face(context, kFont, CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
  cairo_set_font_size(context, size);
}

double advance_of(cairo_t* context, const std::string& text) {
  cairo_text_extents_t extents;
  cairo_text_extents(context, text.c_str(), &extents);
  check_cairo(context);
  return extents.x_advance;
}

// As a path: Cairo moves glyphs to whole pixels, which shows between small letters.
void write(cairo_t* context, const Sign& sign) {
  choose_font(context, sign.font_size);
  const Point middle = sign.box.centre();
  cairo_move_to(context, middle.x - advance_of(context, sign.text) / 2,
                std::round(middle.y + kCapitals * sign.font_size / 2));
  cairo_text_path(context, sign.text.c_str());
  cairo_fill(context);
}

}  // namespace

Shape frame_mark(const Frame& frame, const Colour& colour) {
  const auto paint = [frame, colour](cairo_t* context) {
    rounded_rectangle(context, grown(frame.box, -frame.line / 2), kCornerOfFrame * frame.box.width);
    set_colour(context, kDark, kOutlineAlpha);
    cairo_set_line_width(context, frame.line + 2 * frame.outline);
    cairo_stroke_preserve(context);
    set_colour(context, colour);
    cairo_set_line_width(context, frame.line);
    cairo_stroke(context);
  };
  return {grown(frame.box, frame.outline), paint};
}

Shape dots_mark(const std::vector<Point>& points, double radius) {
  const double rim = std::max(kRimOfDot * radius, kLeastRim);
  const auto discs = [&points](cairo_t* context, double r) {
    for (const Point& point : points) {
      cairo_new_sub_path(context);
      cairo_arc(context, point.x, point.y, r, 0, 2 * std::numbers::pi);
    }
    cairo_fill(context);
  };
  const auto paint = [discs, radius, rim](cairo_t* context) {
    set_colour(context, kDark, kDotAlpha);
    discs(context, radius + rim);
    set_colour(context, kLight, kDotAlpha);
    discs(context, radius);
  };
  return {grown(extent(points), radius + rim), paint};
}

Shape sign_mark(const Sign& sign, const Colour& colour) {
  const auto paint = [sign, colour](cairo_t* context) {
    const double corner = kCornerOfSign * sign.font_size;
    rounded_rectangle(context, grown(sign.box, sign.outline), corner + sign.outline);
    set_colour(context, kDark, kOutlineAlpha);
    cairo_fill(context);
    rounded_rectangle(context, sign.box, corner);
    set_colour(context, colour);
    cairo_fill(context);
    set_colour(context, kDark);
    write(context, sign);
  };
  return {grown(sign.box, sign.outline), paint};
}

TextRuler::TextRuler()
    : surface_(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)),
      context_(cairo_create(surface_.get())) {
  choose_font(context_.get(), kMeasuredAt);
  check_cairo(context_.get());
}

double TextRuler::width_of(const std::string& text) {
  return advance_of(context_.get(), text) / kMeasuredAt;
}

}  // namespace ag::vision
