// agprep: turns labelled face pictures into a data set that agtrain reads.
#include <CLI/CLI.hpp>
#include <string>

#include "dataprep/agprep/commands.h"
#include "framework/command_line/answer.h"
#include "framework/core/program.h"
#include "framework/core/version.h"

namespace ag::dataprep {
namespace {

void describe(CLI::App& program) {
  program.set_version_flag("--version", std::string("agprep ") + kVersion);
  program.require_subcommand(1);
  program.footer(
      "Examples:\n"
      "  agprep sample --out data/sample --count 2000 --seed 1\n"
      "  agprep imdb --mat data/sample/imdb.mat --images data/sample --out data/faces\n"
      "  agprep csv people.csv --images photos --out data/people\n"
      "  agprep info data/faces\n\n"
      "Exit codes: 0 done, 1 failed, 2 bad usage.");
  add_imdb_command(program);
  add_csv_command(program);
  add_sample_command(program);
  add_info_command(program);
  add_verify_command(program);
}

ExitCode run(int argc, char** argv) {
  CLI::App program("Turns labelled face pictures into a data set that agtrain reads.", "agprep");
  describe(program);
  try {
    program.parse(argc, argv);
    return ExitCode::kDone;
  } catch (const CLI::ParseError& help_or_mistake) {
    return command_line::answer(program, help_or_mistake);
  }
}

}  // namespace
}  // namespace ag::dataprep

int main(int argc, char** argv) {
  return ag::run_program("agprep", [&] { return ag::dataprep::run(argc, argv); });
}
