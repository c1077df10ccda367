// An HTML page that stands alone: its style is in it, it asks for no network and runs no script.
// Light, or dark where the reader's system asks for that; it fits a phone.
#pragma once

#include <string>
#include <string_view>

#include "tracking/report/table.h"

namespace ag::report {

// A page around `body`, which is HTML; the title is text.
std::string html_page(std::string_view title, std::string_view body);

// <tag class="classes">text</tag>, the text escaped.
std::string html_element(std::string_view tag, std::string_view text,
                         std::string_view classes = "");
// A picture of svg::Place::kInPage. kNatural: it keeps its size, and is moved aside by the reader
// where it is too wide; kScaled: it takes the width that there is.
enum class Fit { kNatural, kScaled };
std::string html_figure(std::string_view picture, Fit fit);
// Pieces beside each other where there is room, below each other where there isn't.
std::string html_beside(std::string_view pieces);
// The same table that a terminal shows, whole. Cells may have several lines.
std::string html_table(const Table& table);
// Something to open by a click.
std::string html_details(std::string_view summary, std::string_view body);

}  // namespace ag::report
