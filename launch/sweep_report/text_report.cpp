#include "launch/sweep_report/text_report.h"

#include <vector>

#include "launch/sweep_report/sections.h"
#include "tracking/report/cells.h"

namespace ag::sweep {
namespace {

using report::Terminal;
using report::Tone;

std::string line(const std::string& text, Tone tone, const Terminal& terminal) {
  const std::vector<std::string> lines =
      terminal.columns == 0 ? std::vector{text} : report::wrapped(text, terminal.columns);
  std::string all;
  for (const std::string& one : lines) all += report::toned(one, tone, terminal) + "\n";
  return all;
}

std::string head(const Results& results, const Terminal& terminal) {
  std::string text = line(results.name, Tone::kBold, terminal);
  text += line(summary_line(results), Tone::kPlain, terminal);
  text += line(metric_line(results), Tone::kDim, terminal);
  if (const auto best = best_line(results)) text += line(*best, Tone::kGood, terminal);
  return text;
}

std::string measured(const Results& results, const Terminal& terminal) {
  std::string text;
  for (const report::HeatMap& map : heat_maps(results)) {
    text += "\n" + report::to_text(map, terminal);
  }
  if (text.empty()) text = "\n" + report::to_text(points_table(results), terminal);
  const std::string note = pruned_note(results);
  if (!note.empty()) text += "\n" + line(note, Tone::kDim, terminal);
  return text;
}

std::string section(const std::string& title, const report::Table& table,
                    const Terminal& terminal) {
  return "\n" + line(title, Tone::kBold, terminal) + report::to_text(table, terminal);
}

}  // namespace

std::string to_text(const Results& results, const Terminal& terminal) {
  std::string text = head(results, terminal) + measured(results, terminal);
  if (const auto front = front_table(results)) {
    text += section(front_title(results), *front, terminal);
  }
  if (const auto bars = importance_bars(results)) text += "\n" + report::to_text(*bars, terminal);
  if (const auto missing = missing_table(results)) {
    text += section("not done", *missing, terminal);
  }
  return text;
}

}  // namespace ag::sweep
