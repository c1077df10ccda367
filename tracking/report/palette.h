// The colours that tell series from each other: of Okabe and Ito ("Color universal design", 2008),
// which people with any colour vision can tell apart, adjusted to a light and a dark ground.
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

}  // namespace ag::report
