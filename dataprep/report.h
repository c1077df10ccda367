// What agprep tells about a data set: report.csv, row by row, and tables on the terminal.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "dataprep/packer.h"
#include "dataprep/source_row.h"
#include "framework/data/dataset.h"

namespace ag::dataprep {

inline constexpr char kReportName[] = "report.csv";

// One line for every row of the source, in its order: row (from 0, what a shard's `source` means),
// position (line of the csv, column of the MAT file), path, outcome ("kept" or a reason), and of
// kept rows age, gender, identity and split. `labels` are the samples' that were tried, in any
// order. Throws Error.
void write_report(const std::filesystem::path& path, const Source& source,
                  std::span<const data::SampleLabels> labels);

// "1,902 face score too low, 12 no face", largest first; without reasons that took no row.
std::string reasons_in_words(const ReasonCounts& reasons);

// Rows, how many of them each reason took, and how many are left.
std::string reasons_table(const ReasonCounts& reasons, std::uint64_t rows);

// Pictures, persons, genders and ages of each split, a histogram of ages, and where the shards lie.
std::string dataset_table(const data::Dataset& dataset);

}  // namespace ag::dataprep
