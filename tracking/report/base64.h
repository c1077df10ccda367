// Bytes as text, for what a page holds of them.
#pragma once

#include <string>
#include <string_view>

namespace ag::report {

// RFC 4648, section 4: with + and /, padded by =, without line ends.
std::string base64(std::string_view bytes);

}  // namespace ag::report
