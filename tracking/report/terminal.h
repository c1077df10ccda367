// The terminal that a report is written for: its width, and whether it shows colours.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace ag::report {

struct Terminal {
  int columns = 0;  // 0: as wide as it takes
  bool colour = false;
};

enum class ColourChoice { kAuto, kAlways, kNever };

// What is behind `stream`. Colours under kAuto: on a terminal, unless NO_COLOR is set to anything.
// Its width, or COLUMNS where that is set; no limit for a file or a pipe.
Terminal terminal_of(std::FILE* stream, ColourChoice choice = ColourChoice::kAuto);

// What a piece of text is, which a terminal shows by a colour.
enum class Tone { kPlain, kBold, kDim, kGood, kBad, kWarn };

// `text` between the control sequences of the tone; alone where there are no colours.
std::string toned(std::string_view text, Tone tone, const Terminal& terminal);
// The same for colour `number` of palette.h.
std::string coloured(std::string_view text, int number, const Terminal& terminal);
// The same on shade `number` of palette.h.
std::string shaded(std::string_view text, int number, const Terminal& terminal);

}  // namespace ag::report
