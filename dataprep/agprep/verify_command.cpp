#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <string>

#include "dataprep/agprep/commands.h"
#include "framework/core/progress.h"
#include "framework/core/text.h"
#include "framework/data/dataset.h"

namespace ag::dataprep {
namespace {

constexpr std::array kAllSplits = {data::Split::kTrain, data::Split::kValidation,
                                   data::Split::kTest};

// Opening checks labels and checksums, and handing a picture out checks that one's bytes.
void run(const std::string& folder) {
  const data::Dataset dataset = data::Dataset::open(folder);
  std::int64_t all = 0;
  for (const data::Split split : kAllSplits) all += dataset.size(split);
  Progress progress("reading pictures", all);
  std::int64_t read = 0;
  for (const data::Split split : kAllSplits) {
    for (std::int64_t i = 0; i < dataset.size(split); ++i) {
      dataset.sample(split, i);
      progress.update(++read);
    }
  }
  progress.clear();
  fmt::print("{}: all {} pictures are as they were written\n", folder, with_thousands(all));
}

}  // namespace

void add_verify_command(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("verify", "checks every picture of a data set against its checksum");
  const auto folder = std::make_shared<std::string>();
  command->add_option("folder", *folder, "the data set's folder")->required()->option_text("DIR");
  command->footer(
      "Names the shard and row of the first picture that differs, and exits with 1.\n\n"
      "Example:\n  agprep verify data/faces");
  command->callback([folder] { run(*folder); });
}

}  // namespace ag::dataprep
