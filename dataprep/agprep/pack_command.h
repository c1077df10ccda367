// What the subcommands that make a data set share: their options, and the work behind them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataprep/packer.h"
#include "dataprep/source_row.h"

namespace CLI {
class App;
}

namespace ag::dataprep {

// The words of the command line, with their defaults.
struct PackWords {
  std::string images;
  std::string out;
  std::string name;  // empty: the last part of `out`
  std::string encoding = "jpeg";
  std::string split = "person";
  std::optional<double> margin;
  std::optional<std::string> licence;
  int shard_mb = 128;
  bool dry_run = false;
  PackOptions options;
};

void add_pack_options(CLI::App& command, PackWords& words);

// --min-age and --max-age, in years.
void add_age_options(CLI::App& command, int& min_age, int& max_age);

// Packs `source`, or with --dry-run only counts, and prints the closing tables. `rules` are the
// source's own options, for dataset.json.
void run_pack(Source source, const PackWords& words,
              const std::vector<std::pair<std::string, std::string>>& rules);

}  // namespace ag::dataprep
