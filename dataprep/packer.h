// From cleaned rows to a data set folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataprep/source_row.h"
#include "dataprep/split.h"
#include "dataprep/stored_picture.h"
#include "framework/data/dataset.h"

namespace ag::dataprep {

struct PackOptions {
  std::filesystem::path images;  // folder that the rows' paths start from
  std::filesystem::path out;     // the data set's folder
  std::string name;
  std::optional<double> margin;        // of the crops, told on to who uses the data set
  std::optional<std::string> licence;  // of the pictures, told on likewise
  StoreOptions store;
  SplitOptions split;
  std::uint64_t shard_bytes = 128'000'000;
  int threads = 1;
  bool overwrite = false;
  std::vector<std::pair<std::string, std::string>> told;  // all options, for dataset.json
};

using ReasonCounts = std::vector<std::pair<std::string, std::uint64_t>>;

// How many rows each reason takes, in the order in which reasons are tried: those that labels can
// break, and with `files` those of files.
ReasonCounts count_reasons(const Source& source, bool files);

// Checks the files of `source`'s good rows, marks the bad ones in it, and writes shards, report.csv
// and dataset.json. The result depends on no number of threads. Throws Error: no picture there or
// none left, disk full, a data set there already.
data::Dataset pack(Source& source, const PackOptions& options);

}  // namespace ag::dataprep
