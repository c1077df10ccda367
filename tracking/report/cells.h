// Text as a terminal lays it out: in cells, one for most characters, two for wide ones. Text is
// UTF-8, without control sequences. To count cells and to cut the end: display_columns() and
// cut_to_columns() of core/text.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ag::report {

// At most `cells` wide: cut in the middle, and the cut marked by an ellipsis, where it is longer.
// For paths, whose ends say most.
std::string elide_middle(std::string_view text, int cells);

// In lines of at most `cells`, broken at spaces; a word that is longer has a line of its own.
std::vector<std::string> wrapped(std::string_view text, int cells);

// Filled up with spaces to `cells`; text that is longer stays as it is.
std::string pad_right(std::string_view text, int cells);
std::string pad_left(std::string_view text, int cells);

}  // namespace ag::report
