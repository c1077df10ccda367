#include "tracking/report/palette.h"

#include <array>

namespace ag::report {
namespace {

constexpr std::array<PaletteColour, kPaletteSize> kColours = {{
    {"#0072b2", "#4da6ff", 33},   // blue
    {"#d55e00", "#ff8a4c", 208},  // vermilion
    {"#009e73", "#2fd6a3", 36},   // green
    {"#b8508a", "#f09ccb", 175},  // purple
    {"#c28800", "#ffc445", 214},  // orange
    {"#3a9bd0", "#8cd3ff", 117},  // sky
    {"#7a5195", "#b995e8", 140},  // violet
    {"#6b6b6b", "#b0b0b0", 245},  // grey
}};

}  // namespace

const PaletteColour& palette(int number) {
  return kColours[static_cast<std::size_t>(number) % kColours.size()];
}

}  // namespace ag::report
