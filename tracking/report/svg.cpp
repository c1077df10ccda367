#include "tracking/report/svg.h"

#include <fmt/format.h>

#include "framework/core/text.h"
#include "tracking/report/cells.h"
#include "tracking/report/markup.h"
#include "tracking/report/palette.h"

namespace ag::report::svg {
namespace {

constexpr double kCharacter = 7;  // a digit or a small letter of 12 px, and a little more

constexpr std::string_view kStyle = R"(
text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
.ground { fill: #ffffff }
.title { font-size: 17px; font-weight: 600 }
.panel { font-size: 13px; font-weight: 600 }
.faint { fill: #656d76 }
.grid { stroke: #d8dee4; stroke-width: 1 }
.axis { stroke: #8c959f; stroke-width: 1 }
.level { stroke: #8c959f; stroke-width: 1.25; stroke-dasharray: 2 4 }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
.dashed { stroke-width: 1.5; stroke-dasharray: 5 4; opacity: 0.75 }
.end { text-anchor: end } .middle { text-anchor: middle } .strong { font-weight: 600 }
.small { font-size: 11px }
.empty { fill: #eff2f5 }
.best { fill: none; stroke: #1f2328; stroke-width: 3 }
.aside { fill: #8c959f }
.band { opacity: 0.18 }
.over { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round }
)";

constexpr std::string_view kDarkStyle = R"(
text { fill: #e6edf3 }
.ground { fill: #0d1117 }
.faint { fill: #8d96a0 }
.grid { stroke: #30363d }
.axis, .level { stroke: #6e7681 }
.empty { fill: #1b2129 }
.best { stroke: #ffffff }
.aside { fill: #6e7681 }
.over { stroke: #0d1117 }
)";

}  // namespace

std::string text(double x, double y, std::string_view classes, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n", x, y, classes,
                     escaped(text));
}

std::string line(double x0, double y0, double x1, double y1, std::string_view classes) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x0, y0, x1,
      y1, classes);
}

std::string rectangle(double x, double y, double width, double height, std::string_view classes) {
  return fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\"/>\n", x, y,
      width, height, classes);
}

std::string explained(std::string_view drawn, std::string_view detail) {
  if (detail.empty()) return std::string(drawn);
  return fmt::format("<g><title>{}</title>{}</g>\n", escaped(detail), drawn);
}

double width_of(std::string_view text) {
  return kCharacter * display_columns(text);
}

std::string fitted(std::string_view text, double width) {
  return elide_middle(text, static_cast<int>(width / kCharacter));
}

std::string style() {
  std::string light(kStyle);
  std::string dark(kDarkStyle);
  for (int i = 0; i < kPaletteSize; ++i) {
    const PaletteColour& colour = palette(i);
    const auto rule = [i](std::string_view value) {
      return fmt::format(".s{0} {{ stroke: {1} }} .t{0} {{ fill: {1} }}\n", i, value);
    };
    light += rule(colour.on_light);
    dark += rule(colour.on_dark);
  }
  for (int i = 0; i < kShades; ++i) {
    const Shade& one = shade(i);
    light += fmt::format(".h{0} {{ fill: {1} }} .k{0} {{ fill: {2} }}\n", i, one.ground, one.ink);
  }
  return fmt::format("{}@media (prefers-color-scheme: dark) {{{}}}\n", light, dark);
}

std::string picture(double width, double height, std::string_view title, std::string_view body,
                    Place place) {
  const bool alone = place == Place::kAlone;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" role=\"img\">\n<title>{2}</title>\n{3}{4}</svg>\n",
      width, height, escaped(title),
      alone ? fmt::format("<style>{}</style>\n<rect width=\"100%\" height=\"100%\" "
                          "class=\"ground\"/>\n",
                          style())
            : "",
      body);
}

}  // namespace ag::report::svg
