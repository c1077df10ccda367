// agsweep: trains an experiment at many settings, on this machine or on Slurm, and compares them.
#include <cstdio>

#include "framework/core/program.h"
#include "launch/agsweep/commands.h"

int main(int argc, char** argv) {
  ag::sweep::Options options;
  if (const auto code = ag::sweep::parse_command_line(argc, argv, options))
    return static_cast<int>(*code);
  // What has happened is to be read at once, in a file too.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return ag::run_program("agsweep", [&options] { return ag::sweep::run_command(options); });
}
