#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "dataprep/agprep/commands.h"
#include "dataprep/report.h"
#include "framework/data/dataset.h"

namespace ag::dataprep {
namespace {

void run(const std::string& folder) {
  const data::Dataset dataset = data::Dataset::open(folder);
  const data::DatasetInfo& info = dataset.info();
  std::uint64_t rows = 0;
  for (const std::uint32_t kept : info.counts) rows += kept;
  for (const auto& [reason, rejected] : info.rejections) rows += rejected;
  fmt::print("{}\n{}made of {}, content {}\nlicence: {}\n", reasons_table(info.rejections, rows),
             dataset_table(dataset), info.source, info.content_hash,
             info.licence.value_or("not told (agprep --licence)"));
}

}  // namespace

void add_info_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand("info", "tells what a data set holds");
  const auto folder = std::make_shared<std::string>();
  command->add_option("folder", *folder, "the data set's folder")->required()->option_text("DIR");
  command->footer("Example:\n  agprep info data/faces");
  command->callback([folder] { run(*folder); });
}

}  // namespace ag::dataprep
