#include "dataprep/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "framework/core/atomic_file.h"
#include "framework/core/text.h"

namespace ag::dataprep {
namespace {

constexpr int kLabelColumns = 24;
constexpr int kBarColumns = 40;
constexpr int kYearsABar = 10;

std::string thousands(std::uint64_t number) {
  return with_thousands(static_cast<std::int64_t>(number));
}

struct SplitSummary {
  std::int64_t pictures = 0;
  std::int64_t male = 0;
  double age_sum = 0;
  std::unordered_set<std::uint32_t> persons;
};

struct Summary {
  std::array<SplitSummary, data::kSplits> splits;
  std::array<std::int64_t, data::kMaxAge / kYearsABar> decades{};  // the last takes 100 too
};

Summary summarise(const data::Dataset& dataset) {
  Summary summary;
  for (std::size_t s = 0; s < data::kSplits; ++s) {
    const auto split = static_cast<data::Split>(s);
    SplitSummary& of = summary.splits[s];
    for (std::int64_t i = 0; i < dataset.size(split); ++i) {
      const data::SampleLabels labels = dataset.labels(split, i);
      ++of.pictures;
      of.male += labels.gender;
      of.age_sum += labels.age;
      of.persons.insert(labels.identity);
      const auto decade = static_cast<std::size_t>(labels.age / kYearsABar);
      ++summary.decades[std::min(decade, summary.decades.size() - 1)];
    }
  }
  return summary;
}

std::string split_lines(const Summary& summary) {
  std::string text = fmt::format("{:<8}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "", "pictures", "persons",
                                 "female", "male", "mean age");
  for (std::size_t s = 0; s < data::kSplits; ++s) {
    const SplitSummary& of = summary.splits[s];
    if (of.pictures == 0) continue;
    text += fmt::format("{:<8}{:>12}{:>12}{:>12}{:>12}{:>12.1f}\n",
                        data::split_name(static_cast<data::Split>(s)), with_thousands(of.pictures),
                        thousands(of.persons.size()), with_thousands(of.pictures - of.male),
                        with_thousands(of.male), of.age_sum / static_cast<double>(of.pictures));
  }
  return text;
}

std::string age_lines(const Summary& summary) {
  const std::int64_t most = *std::max_element(summary.decades.begin(), summary.decades.end());
  std::string text;
  for (std::size_t d = 0; d < summary.decades.size(); ++d) {
    const std::int64_t count = summary.decades[d];
    const int low = static_cast<int>(d) * kYearsABar;
    const bool last = d + 1 == summary.decades.size();
    // A bar of at least one column where there is anything at all.
    const std::int64_t columns = most == 0 ? 0 : (count * kBarColumns + most - 1) / most;
    text += fmt::format("age {:>2}-{:<3} ", low, last ? data::kMaxAge : low + kYearsABar - 1);
    for (std::int64_t c = 0; c < columns; ++c) text += "█";
    text += fmt::format("{}{}\n", columns > 0 ? " " : "", with_thousands(count));
  }
  return text;
}

}  // namespace

void write_report(const std::filesystem::path& path, const Source& source,
                  std::span<const data::SampleLabels> labels) {
  std::vector<const data::SampleLabels*> of_row(source.rows.size(), nullptr);
  for (const data::SampleLabels& label : labels) of_row[label.source] = &label;
  std::string text = "row,position,path,outcome,age,gender,identity,split\n";
  for (std::size_t i = 0; i < source.rows.size(); ++i) {
    const SourceRow& row = source.rows[i];
    text += fmt::format("{},{},{},{}", i, row.position, csv_field(row.path),
                        row.defect ? reason_name(*row.defect) : "kept");
    if (row.defect || of_row[i] == nullptr) {
      text += ",,,,\n";
      continue;
    }
    text += fmt::format(",{},{},{},{}\n", of_row[i]->age, of_row[i]->gender, of_row[i]->identity,
                        data::split_name(of_row[i]->split));
  }
  write_file_atomically(path, text);
}

std::string reasons_in_words(const ReasonCounts& reasons) {
  ReasonCounts sorted = reasons;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [reason, rows] : sorted) {
    if (rows > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", thousands(rows), reason);
  }
  return text;
}

std::string reasons_table(const ReasonCounts& reasons, std::uint64_t rows) {
  std::string text = fmt::format("{:<{}}{:>12}\n", "rows", kLabelColumns, thousands(rows));
  std::uint64_t rejected = 0;
  for (const auto& [reason, count] : reasons) {
    rejected += count;
    text += fmt::format("  {:<{}}{:>12}\n", reason, kLabelColumns - 2, thousands(count));
  }
  return text + fmt::format("{:<{}}{:>12}\n", "kept", kLabelColumns, thousands(rows - rejected));
}

std::string dataset_table(const data::Dataset& dataset) {
  const data::DatasetInfo& info = dataset.info();
  const std::uint64_t bytes =
      std::accumulate(info.shards.begin(), info.shards.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const data::ShardInfo& s) { return sum + s.bytes; });
  const Summary summary = summarise(dataset);
  return fmt::format("{}\n{}\n{}: {} {} of {} in {}\n", split_lines(summary), age_lines(summary),
                     dataset.folder().string(), info.name, data::encoding_name(info.encoding),
                     short_bytes(bytes),
                     counted(static_cast<std::int64_t>(info.shards.size()), "shard"));
}

}  // namespace ag::dataprep
