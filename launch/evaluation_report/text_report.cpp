#include "launch/evaluation_report/text_report.h"

#include <vector>

#include "launch/evaluation_report/sections.h"
#include "tracking/report/cells.h"

namespace ag::evaluation {
namespace {

using report::Terminal;
using report::Tone;

constexpr int kTopicCells = 8;

std::vector<std::string> in_lines(const std::string& text, int indent, const Terminal& terminal) {
  if (terminal.columns == 0) return {text};
  return report::wrapped(text, terminal.columns - indent);
}

std::string line(const std::string& text, Tone tone, const Terminal& terminal) {
  std::string all;
  for (const std::string& one : in_lines(text, 0, terminal)) {
    all += report::toned(one, tone, terminal) + "\n";
  }
  return all;
}

// The lines beside their topic.
std::string topic(const std::string& name, const std::vector<std::string>& lines,
                  const Terminal& terminal) {
  std::string all;
  for (const std::string& text : lines) {
    for (const std::string& one : in_lines(text, kTopicCells, terminal)) {
      const std::string head = report::pad_right(all.empty() ? name : "", kTopicCells);
      all += report::toned(head, Tone::kBold, terminal) + one + "\n";
    }
  }
  return all;
}

}  // namespace

std::string to_text(const Evaluation& evaluation, const Subject& subject,
                    const Terminal& terminal) {
  return line(subject.checkpoint, Tone::kBold, terminal) +
         line(summary_line(evaluation, subject), Tone::kPlain, terminal) +
         topic("age", age_lines(evaluation), terminal) +
         topic("gender", gender_lines(evaluation), terminal) + "\n" +
         report::to_text(groups_table(evaluation), terminal) + "\n" +
         line(groups_note(evaluation, terminal.colour), Tone::kDim, terminal);
}

}  // namespace ag::evaluation
