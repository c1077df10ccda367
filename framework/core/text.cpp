#include "framework/core/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace ag {
namespace {

// Optimal string alignment: insert, delete, replace, swap of neighbours, one each.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

struct Range {
  char32_t first;
  char32_t last;
};

// After Unicode's EastAsianWidth.txt and the general categories Mn and Cf, to the blocks.
constexpr std::array<Range, 5> kZeroColumns = {{{0x300, 0x36F},    // combining marks
                                                {0x200B, 0x200F},  // zero-width space, joiners
                                                {0x20D0, 0x20FF},  // marks for symbols
                                                {0xFE00, 0xFE0F},  // variation selectors
                                                {0xFEFF, 0xFEFF}}};
constexpr std::array<Range, 9> kTwoColumns = {{{0x1100, 0x115F},      // Hangul jamo
                                               {0x2E80, 0x303E},      // CJK radicals, punctuation
                                               {0x3041, 0xA4CF},      // kana to Yi
                                               {0xAC00, 0xD7A3},      // Hangul
                                               {0xF900, 0xFAFF},      // CJK compatibility
                                               {0xFF00, 0xFF60},      // full-width forms
                                               {0xFFE0, 0xFFE6},      // full-width signs
                                               {0x1F300, 0x1FAFF},    // emoji
                                               {0x20000, 0x3FFFD}}};  // CJK extensions

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t character) {
  return std::ranges::any_of(ranges, [character](const Range& range) {
    return character >= range.first && character <= range.last;
  });
}

// What stands first in a text: so many bytes, so many columns.
struct Glyph {
  std::size_t bytes = 1;
  int columns = 1;
};

// A control sequence: ESC [ parameters letter.
Glyph control_sequence(std::string_view text) {
  std::size_t end = 1;
  if (end < text.size() && text[end] == '[') ++end;
  while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
  return {std::min(end + 1, text.size()), 0};
}

Glyph first_glyph(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead == 0x1B) return control_sequence(text);
  if (lead < 0x80) return {1, lead < ' ' || lead == 0x7F ? 0 : 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (length == 1 || length > text.size()) return {1, 1};  // no UTF-8: terminals show a mark
  char32_t character = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {1, 1};
    character = character << 6 | (next & 0x3Fu);
  }
  if (within(kZeroColumns, character)) return {length, 0};
  return {length, within(kTwoColumns, character) ? 2 : 1};
}

}  // namespace

std::string with_thousands(std::int64_t number) {
  std::string digits = fmt::format("{}", number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string short_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "-:--";
  const auto total = static_cast<std::int64_t>(std::llround(seconds));
  const std::int64_t hours = total / 3600;
  const std::int64_t minutes = total / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60);
  return fmt::format("{}:{:02}", minutes, total % 60);
}

std::string short_bytes(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

int display_columns(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    columns += glyph.columns;
    text.remove_prefix(glyph.bytes);
  }
  return columns;
}

std::string cut_to_columns(std::string_view text, int columns) {
  if (display_columns(text) <= columns) return std::string(text);
  if (columns <= 0) return "";
  std::string cut;
  int left = columns - 1;  // one for the ellipsis
  bool full = false;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    const std::string_view bytes = text.substr(0, glyph.bytes);
    text.remove_prefix(glyph.bytes);
    if (!full && glyph.columns > left) {
      full = true;
      cut += "…";
    }
    if (!full) left -= glyph.columns;
    if (!full || bytes.front() == '\033') cut += bytes;
  }
  return cut;
}

std::string nearest_word(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace ag
