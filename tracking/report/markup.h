// Text inside HTML and SVG.
#pragma once

#include <string>
#include <string_view>

namespace ag::report {

// `text` so that a page shows it as it is, in an element or in a quoted attribute: & < > " ' are
// spelled out, and control characters, which no page may hold, become U+FFFD.
std::string escaped(std::string_view text);

}  // namespace ag::report
