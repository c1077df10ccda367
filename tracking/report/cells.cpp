#include "tracking/report/cells.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace ag::report {
namespace {

constexpr std::string_view kEllipsis = "…";

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Of Unicode's EastAsianWidth: what is wide in every terminal.
constexpr std::array<CodeRange, 8> kWide = {{{0x1100, 0x115F},
                                             {0x2E80, 0x303E},
                                             {0x3041, 0xA4CF},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0x1F300, 0x1FAFF}}};
// Marks that sit on the character before them, and joiners.
constexpr std::array<CodeRange, 4> kCombining = {
    {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

bool is_in(char32_t code, auto ranges) {
  return std::ranges::any_of(
      ranges, [code](const CodeRange& r) { return code >= r.first && code <= r.last; });
}

struct Glyph {
  std::string_view bytes;
  int cells;
};

// Bytes of the UTF-8 sequence that `text` begins with; 1 for a byte that begins none.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t length = 1;
  if (lead >= 0xC0) length = 2;
  if (lead >= 0xE0) length = 3;
  if (lead >= 0xF0) length = 4;
  if (length > text.size() || lead >= 0xF8) return 1;
  const std::string_view rest = text.substr(1, length - 1);
  const bool whole = std::ranges::all_of(
      rest, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; });
  return whole ? length : 1;
}

Glyph first_glyph(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = sequence_length(text);
  char32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  if (is_in(code, kCombining)) return {text.substr(0, length), 0};
  return {text.substr(0, length), is_in(code, kWide) ? 2 : 1};
}

std::vector<Glyph> glyphs_of(std::string_view text) {
  std::vector<Glyph> glyphs;
  while (!text.empty()) {
    glyphs.push_back(first_glyph(text));
    text.remove_prefix(glyphs.back().bytes.size());
  }
  return glyphs;
}

// As many glyphs from `from` on as fit.
template <class Iterator>
Iterator fit(Iterator from, Iterator end, int cells) {
  while (from != end && from->cells <= cells) {
    cells -= from->cells;
    ++from;
  }
  return from;
}

std::string spaces(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

}  // namespace

int cells_of(std::string_view text) {
  int cells = 0;
  for (const Glyph& glyph : glyphs_of(text)) cells += glyph.cells;
  return cells;
}

std::string elide(std::string_view text, int cells) {
  if (cells_of(text) <= cells) return std::string(text);
  if (cells < 1) return "";
  const std::vector<Glyph> glyphs = glyphs_of(text);
  std::string cut;
  for (auto at = glyphs.begin(); at != fit(glyphs.begin(), glyphs.end(), cells - 1); ++at) {
    cut += at->bytes;
  }
  return cut.append(kEllipsis);
}

std::string elide_middle(std::string_view text, int cells) {
  if (cells_of(text) <= cells) return std::string(text);
  if (cells < 1) return "";
  const std::vector<Glyph> glyphs = glyphs_of(text);
  const int tail_cells = cells / 2;  // of what is left beside the ellipsis, the larger half
  const auto head_end = fit(glyphs.begin(), glyphs.end(), cells - 1 - tail_cells);
  const auto tail_begin = fit(glyphs.rbegin(), glyphs.rend(), tail_cells).base();
  std::string cut;
  for (auto at = glyphs.begin(); at != head_end; ++at) cut += at->bytes;
  cut.append(kEllipsis);
  for (auto at = tail_begin; at != glyphs.end(); ++at) cut += at->bytes;
  return cut;
}

std::vector<std::string> wrapped(std::string_view text, int cells) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (cells_of(line) + 1 + cells_of(word) <= cells) {
      line += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string pad_right(std::string_view text, int cells) {
  return std::string(text) + spaces(cells - cells_of(text));
}

std::string pad_left(std::string_view text, int cells) {
  return spaces(cells - cells_of(text)) + std::string(text);
}

}  // namespace ag::report
