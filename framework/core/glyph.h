// UTF-8 text, character by character, as a terminal lays it out.
#pragma once

#include <cstddef>
#include <string_view>

namespace ag {

// What stands first in a text: so many bytes, which take so many columns.
struct Glyph {
  std::size_t bytes = 1;
  int columns = 1;
};

// The first of `text`, which isn't empty. Control characters and sequences, combining marks and
// joiners take no column, East Asian characters and emoji two, all others one; so does a byte that
// begins no UTF-8, for which terminals show a mark.
Glyph first_glyph(std::string_view text);

}  // namespace ag
