#include "tracking/report/palette.h"

#include <algorithm>
#include <array>
#include <cmath>

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

constexpr std::string_view kBlack = "#000000";
constexpr std::string_view kWhite = "#ffffff";
constexpr int kTerminalBlack = 16;
constexpr int kTerminalWhite = 231;
constexpr std::array<Shade, kShades> kViridis = {{
    {"#fde725", kBlack, 226, kTerminalBlack},
    {"#addc30", kBlack, 148, kTerminalBlack},
    {"#5ec962", kBlack, 77, kTerminalBlack},
    {"#28ae80", kBlack, 36, kTerminalBlack},
    {"#21918c", kBlack, 30, kTerminalBlack},
    {"#2c728e", kWhite, 24, kTerminalWhite},
    {"#3b528b", kWhite, 60, kTerminalWhite},
    {"#472d7b", kWhite, 54, kTerminalWhite},
    {"#440154", kWhite, 53, kTerminalWhite},
}};

}  // namespace

const PaletteColour& palette(int number) {
  return kColours[static_cast<std::size_t>(number) % kColours.size()];
}

const Shade& shade(int number) {
  return kViridis[static_cast<std::size_t>(number)];
}

int shade_number(double badness) {
  return static_cast<int>(std::lround(std::clamp(badness, 0.0, 1.0) * (kShades - 1)));
}

}  // namespace ag::report
