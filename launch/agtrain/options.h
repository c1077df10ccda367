// What the command line of agtrain says.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/core/error.h"
#include "launch/agtrain/export_options.h"

namespace ag::launch {

struct AgtrainOptions {
  std::filesystem::path experiment;
  std::vector<std::string> assignments;  // "key=value"
  std::optional<std::string> resume;     // auto, a run's id or a file
  std::optional<std::string> run;        // the id to have: gone on with where it has begun
  // At most one of the four; then a page is printed and nothing trained.
  bool help_config = false;
  bool list_models = false;
  bool summary = false;                    // of the experiment's network
  bool profile = false;                    // of its training step
  std::optional<ExportOptions> exporting;  // set: `agtrain export`, and all else is unset
};

// Reads the command line. Where it asks for help or the version, or is wrong, prints what is due
// (under mpirun on the first rank alone) and gives the exit code; otherwise fills `options` and
// gives nothing.
std::optional<ExitCode> parse_command_line(int argc, char** argv, AgtrainOptions& options);

}  // namespace ag::launch
