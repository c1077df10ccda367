// The parts that SVG pictures are made of, and the style that all of them share. Lengths are in CSS
// pixels, texts are escaped here.
#pragma once

#include <string>
#include <string_view>

namespace ag::report::svg {

// Classes: those of style().
std::string text(double x, double y, std::string_view classes, std::string_view text);
std::string line(double x0, double y0, double x1, double y1, std::string_view classes);
std::string rectangle(double x, double y, double width, double height, std::string_view classes);
// What a pointer that rests on `drawn` is told; nothing where `detail` is empty.
std::string explained(std::string_view drawn, std::string_view detail);

// About as wide as browsers draw it, in the font of style().
double width_of(std::string_view text);
// Cut in the middle, where it is wider than that.
std::string fitted(std::string_view text, double width);

// The rules of CSS: light, and dark where the reader's system asks for that. "s3" and "t3" are
// strokes and fills of palette.h's colour 3, "h3" and "k3" the ground and the ink of its shade 3.
std::string style();

// A picture that stands alone has its style and its ground in it; one in a page leaves them to the
// page.
enum class Place { kAlone, kInPage };
std::string picture(double width, double height, std::string_view title, std::string_view body,
                    Place place);

}  // namespace ag::report::svg
