#include "tracking/report/html_page.h"

#include <fmt/format.h>

#include "tracking/report/markup.h"
#include "tracking/report/svg.h"

namespace ag::report {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ink: #1f2328; --faint: #656d76; --ground: #ffffff;
  --line: #d8dee4; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --faint: #8d96a0; --ground: #0d1117; --line: #30363d; --good: #3fb950;
    --bad: #ff7b72; --warn: #d29922 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1100px; padding: 24px 16px 48px; background: var(--ground);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans",
  sans-serif; -webkit-text-size-adjust: 100% }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 8px; overflow-wrap: anywhere }
h2 { font-size: 18px; margin: 36px 0 8px; padding-bottom: 4px;
  border-bottom: 1px solid var(--line) }
p { margin: 4px 0; overflow-wrap: anywhere }
.note { color: var(--faint); font-size: 13px }
.wide { overflow-x: auto; margin: 12px 0 }
.wide svg { display: block }
.scaled svg { display: block; width: 100%; height: auto }
.beside { display: flex; flex-wrap: wrap; gap: 8px 40px; align-items: flex-start }
.beside > * { max-width: 100% }
.scaled, .beside > .scaled { flex: 1 1 320px; max-width: 560px; margin: 12px 0 }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { padding: 5px 16px 5px 0; text-align: left; vertical-align: top; white-space: pre-line;
  border-bottom: 1px solid var(--line) }
th.right, td.right { text-align: right }
td.right { white-space: pre }
.apart { padding-left: 14px }
th { font-weight: 600; border-bottom-width: 2px; vertical-align: bottom }
td.bold { font-weight: 600 } td.dim { color: var(--faint) } td.warn { color: var(--warn) }
td.good { color: var(--good); font-weight: 600 } td.bad { color: var(--bad) }
.tiles { display: flex; flex-wrap: wrap; gap: 1px;
  margin: 20px 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden;
  background: var(--line); font-size: 13px }
.tiles > div { flex: 1 1 150px; padding: 12px 14px; background: var(--ground) }
.tiles .value { font-size: 28px; line-height: 1.3; font-weight: 600;
  font-variant-numeric: tabular-nums }
.tiles small { font-size: 15px; font-weight: 400 }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
  gap: 20px 16px; margin: 12px 0 }
figure { margin: 0; min-width: 0; font-size: 13px; line-height: 1.4 }
figure img, .missing { display: block; width: 100%; aspect-ratio: 1; border-radius: 6px;
  object-fit: cover; background: var(--line) }
.missing { display: flex; align-items: center; justify-content: center; color: var(--faint) }
figcaption { margin-top: 6px; font-variant-numeric: tabular-nums }
.first { font-weight: 600 }
.faint { color: var(--faint) }
figure .faint { font-size: 12px }
summary { cursor: pointer; margin-top: 12px }
@media print { .wide { overflow: visible } }
)";

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::kBold:
      return "bold";
    case Tone::kDim:
      return "dim";
    case Tone::kGood:
      return "good";
    case Tone::kBad:
      return "bad";
    case Tone::kWarn:
      return "warn";
    case Tone::kPlain:
      break;
  }
  return "";
}

std::string classes_of(const Column& column, Tone tone) {
  std::string classes;
  for (const std::string_view one : {column.align == Align::kRight ? "right" : std::string_view(),
                                     column.apart ? "apart" : std::string_view(), class_of(tone)}) {
    if (!one.empty()) classes += fmt::format("{}{}", classes.empty() ? "" : " ", one);
  }
  return classes;
}

// A name that may go on in the next line behind its signs: "val/", "age_mae".
std::string breakable(std::string_view name) {
  constexpr std::string_view kSigns = "/._";
  std::string html;
  while (!name.empty()) {
    const std::size_t sign = name.find_first_of(kSigns);
    if (sign >= name.size() - 1) break;
    html += escaped(name.substr(0, sign + 1)) + "<wbr/>";
    name.remove_prefix(sign + 1);
  }
  return html + escaped(name);
}

}  // namespace

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      escaped(title), kStyle, svg::style(), body);
}

std::string html_element(std::string_view tag, std::string_view text, std::string_view classes) {
  return fmt::format("<{0}{1}>{2}</{0}>\n", tag,
                     classes.empty() ? "" : fmt::format(" class=\"{}\"", classes), escaped(text));
}

std::string html_figure(std::string_view picture, Fit fit) {
  return fmt::format("<div class=\"{}\">\n{}</div>\n", fit == Fit::kScaled ? "scaled" : "wide",
                     picture);
}

std::string html_beside(std::string_view pieces) {
  return fmt::format("<div class=\"beside\">\n{}</div>\n", pieces);
}

std::string html_table(const Table& table) {
  std::string rows = "<tr>";
  for (const Column& column : table.columns) {
    const std::string classes = classes_of(column, Tone::kPlain);
    rows +=
        fmt::format("<th{}>{}</th>", classes.empty() ? "" : fmt::format(" class=\"{}\"", classes),
                    breakable(column.title));
  }
  rows += "</tr>\n";
  for (const Row& row : table.rows) {
    rows += "<tr>";
    if (row.heading) {
      rows += fmt::format("<th colspan=\"{}\">{}</th>", table.columns.size(),
                          escaped(row.cells[0].text));
    }
    for (std::size_t i = 0; !row.heading && i < row.cells.size(); ++i) {
      rows +=
          html_element("td", row.cells[i].text, classes_of(table.columns[i], row.cells[i].tone));
    }
    rows += "</tr>\n";
  }
  return fmt::format("<div class=\"wide\">\n<table>\n{}</table>\n</div>\n", rows);
}

std::string html_details(std::string_view summary, std::string_view body) {
  return fmt::format("<details>\n{}{}</details>\n", html_element("summary", summary), body);
}

}  // namespace ag::report
