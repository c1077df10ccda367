// Whether a page's elements are nested as they should be.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ag::test {

// What is wrong with the nesting of the page's elements, in the syntax of XML; none if nothing is.
inline std::optional<std::string> fault_of(std::string_view page) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = page.find('<', at)) != std::string_view::npos;) {
    const std::size_t end = page.find('>', at);
    if (end == std::string_view::npos) return "a tag has no end";
    const std::string_view tag = page.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.starts_with("!DOCTYPE") || tag.ends_with("/")) continue;
    if (tag.find('<') != std::string_view::npos) return fmt::format("< in <{}>", tag);
    if (std::ranges::count(tag, '"') % 2 != 0) return fmt::format("open quote in <{}>", tag);
    if (!tag.starts_with("/")) {
      open.emplace_back(tag.substr(0, tag.find(' ')));
    } else if (open.empty() || open.back() != tag.substr(1)) {
      return fmt::format("<{}> closes nothing", tag);
    } else {
      open.pop_back();
    }
  }
  if (open.empty()) return std::nullopt;
  return fmt::format("{} isn't closed", open.back());
}

}  // namespace ag::test
