// What the command line of agsweep says.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/core/error.h"
#include "tracking/report/terminal.h"

namespace ag::sweep {

enum class Command { kRun, kStatus, kStop, kResume, kReport, kTrial };

struct Options {
  Command command = Command::kRun;
  std::string sweep;                     // run: the file; else a folder, a name or a file
  std::vector<std::string> assignments;  // run: "key=value" of the sweep
  bool dry_run = false;                  // run: print what would be run
  bool json = false;                     // status
  bool csv = false;                      // report
  bool best = false;                     // report: each trial's best value, not its last
  // report: at most one of the page and the picture to write
  std::optional<std::filesystem::path> html, svg;
  report::ColourChoice colour = report::ColourChoice::kAuto;
  std::string submission;  // trial: which file of trials
  std::size_t line = 0;    // trial: which of them
};

// Reads the command line. Where it asks for help or the version, or is wrong, prints what is due
// and gives the exit code; otherwise fills `options` and gives nothing.
std::optional<ExitCode> parse_command_line(int argc, char** argv, Options& options);

}  // namespace ag::sweep
