#include "tracking/report/cells.h"

#include <algorithm>
#include <vector>

#include "framework/core/glyph.h"
#include "framework/core/text.h"

namespace ag::report {
namespace {

constexpr std::string_view kEllipsis = "…";

struct Character {
  std::string_view bytes;
  int cells;
};

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> characters;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    characters.push_back({text.substr(0, glyph.bytes), glyph.columns});
    text.remove_prefix(glyph.bytes);
  }
  return characters;
}

// As many characters from `from` on as fit.
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

std::string elide_middle(std::string_view text, int cells) {
  if (display_columns(text) <= cells) return std::string(text);
  if (cells < 1) return "";
  const std::vector<Character> all = characters_of(text);
  const int tail_cells = cells / 2;  // of what is left beside the ellipsis, the larger half
  const auto head_end = fit(all.begin(), all.end(), cells - 1 - tail_cells);
  const auto tail_begin = fit(all.rbegin(), all.rend(), tail_cells).base();
  std::string cut;
  for (auto at = all.begin(); at != head_end; ++at) cut += at->bytes;
  cut.append(kEllipsis);
  for (auto at = tail_begin; at != all.end(); ++at) cut += at->bytes;
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
    } else if (display_columns(line) + 1 + display_columns(word) <= cells) {
      line += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string pad_right(std::string_view text, int cells) {
  return std::string(text) + spaces(cells - display_columns(text));
}

std::string pad_left(std::string_view text, int cells) {
  return spaces(cells - display_columns(text)) + std::string(text);
}

}  // namespace ag::report
