#include "tracking/report/terminal.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

#include "framework/core/terminal.h"
#include "tracking/report/palette.h"

namespace ag::report {
namespace {

constexpr std::string_view kReset = "\033[0m";

std::string_view sequence_of(Tone tone) {
  switch (tone) {
    case Tone::kBold:
      return "\033[1m";
    case Tone::kDim:
      return "\033[2m";
    case Tone::kGood:
      return "\033[1;32m";
    case Tone::kBad:
      return "\033[31m";
    case Tone::kWarn:
      return "\033[33m";
    case Tone::kPlain:
      break;
  }
  return "";
}

int columns_of(std::FILE* stream) {
  const char* variable = std::getenv("COLUMNS");
  const std::string_view wanted = variable == nullptr ? "" : variable;
  int columns = 0;
  std::from_chars(wanted.data(), wanted.data() + wanted.size(), columns);
  if (columns > 0) return columns;
  return is_terminal(stream) ? terminal_columns(stream) : 0;
}

}  // namespace

Terminal terminal_of(std::FILE* stream, ColourChoice choice) {
  const bool by_itself = is_terminal(stream) && wants_colour();
  return {
      .columns = columns_of(stream),
      .colour = choice == ColourChoice::kAlways || (choice == ColourChoice::kAuto && by_itself)};
}

std::string toned(std::string_view text, Tone tone, const Terminal& terminal) {
  const std::string_view sequence = sequence_of(tone);
  if (!terminal.colour || sequence.empty() || text.empty()) return std::string(text);
  return fmt::format("{}{}{}", sequence, text, kReset);
}

std::string coloured(std::string_view text, int number, const Terminal& terminal) {
  if (!terminal.colour || text.empty()) return std::string(text);
  return fmt::format("\033[38;5;{}m{}{}", palette(number).terminal, text, kReset);
}

std::string shaded(std::string_view text, int number, const Terminal& terminal) {
  if (!terminal.colour || text.empty()) return std::string(text);
  const Shade& colours = shade(number);
  return fmt::format("\033[48;5;{};38;5;{}m{}{}", colours.terminal, colours.terminal_ink, text,
                     kReset);
}

}  // namespace ag::report
