#include "framework/core/glyph.h"

#include <algorithm>
#include <array>

namespace ag {
namespace {

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
constexpr std::array<Range, 10> kTwoColumns = {{{0x1100, 0x115F},      // Hangul jamo
                                                {0x2E80, 0x303E},      // CJK radicals, punctuation
                                                {0x3041, 0xA4CF},      // kana to Yi
                                                {0xAC00, 0xD7A3},      // Hangul
                                                {0xF900, 0xFAFF},      // CJK compatibility
                                                {0xFE30, 0xFE6F},      // vertical and small forms
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

// A control sequence: ESC [ parameters letter.
Glyph control_sequence(std::string_view text) {
  std::size_t end = 1;
  if (end < text.size() && text[end] == '[') ++end;
  while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
  return {std::min(end + 1, text.size()), 0};
}

// Bytes of the sequence that this byte, no ASCII, begins; 1 where it begins none.
std::size_t length_by(unsigned char lead) {
  if (lead < 0xC0 || lead >= 0xF8) return 1;
  return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

}  // namespace

Glyph first_glyph(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead == 0x1B) return control_sequence(text);
  if (lead < 0x80) return {1, lead < ' ' || lead == 0x7F ? 0 : 1};
  const std::size_t length = length_by(lead);
  if (length == 1 || length > text.size()) return {1, 1};
  char32_t character = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {1, 1};
    character = character << 6 | (next & 0x3Fu);
  }
  if (within(kZeroColumns, character)) return {length, 0};
  return {length, within(kTwoColumns, character) ? 2 : 1};
}

}  // namespace ag
