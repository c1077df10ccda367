#include "tracking/report/html_tiles.h"

#include <fmt/format.h>

#include "tracking/report/html_page.h"
#include "tracking/report/markup.h"

namespace ag::report {

std::string html_tiles(const std::vector<Tile>& tiles) {
  std::string html;
  for (const Tile& tile : tiles) {
    const std::string unit =
        tile.unit.empty() ? "" : fmt::format(" <small>{}</small>", escaped(tile.unit));
    html += fmt::format("<div>\n{}<div class=\"value\">{}{}</div>\n{}</div>\n",
                        html_element("div", tile.label), escaped(tile.value), unit,
                        html_element("div", tile.note, "note"));
  }
  return fmt::format("<div class=\"tiles\">\n{}</div>\n", html);
}

}  // namespace ag::report
