// The colours that tell series from each other: of Okabe and Ito ("Color universal design", 2008),
// which people with any colour vision can tell apart, adjusted to a light and a dark ground. And
// shades that tell good from bad.
#pragma once

#include <string_view>

namespace ag::report {

struct PaletteColour {
  std::string_view on_light;  // "#0072b2"
  std::string_view on_dark;
  int terminal;  // of xterm's 256
};

inline constexpr int kPaletteSize = 8;

// Any number from 0 on: they repeat after kPaletteSize.
const PaletteColour& palette(int number);

// The grounds of a heat map's cells, from the best (0) to the worst: viridis (Smith and van der
// Walt, 2015), whose steps look alike to people with any colour vision, in print too. The same on
// light and dark.
struct Shade {
  std::string_view ground;
  std::string_view ink;  // of a text on it
  int terminal;
  int terminal_ink;
};

inline constexpr int kShades = 9;

const Shade& shade(int number);
// The shade of what stands at `badness` between the best, 0, and the worst, 1.
int shade_number(double badness);

}  // namespace ag::report
