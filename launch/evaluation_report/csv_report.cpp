#include "launch/evaluation_report/csv_report.h"

#include <fmt/format.h>

#include <iterator>
#include <optional>

#include "tracking/report/number.h"

namespace ag::evaluation {
namespace {

std::string number(const std::optional<double>& value) {
  return value ? report::exact_number(*value) : "";
}

}  // namespace

// Row by row and not as a report::Table, which would hold nine texts for each of a million rows;
// none of these fields needs quotes.
std::string to_csv(std::span<const Answer> answers) {
  std::string csv = "index,source,age,told_age,low,high,named_age,gender,male\n";
  for (const Answer& answer : answers) {
    fmt::format_to(std::back_inserter(csv), "{},{},{},{},{},{},{},{},{}\n", answer.index,
                   answer.source, answer.age, number(answer.told_age), number(answer.low),
                   number(answer.high), answer.named_age, answer.gender, number(answer.male));
  }
  return csv;
}

}  // namespace ag::evaluation
