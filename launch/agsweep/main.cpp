// agsweep: trains an experiment at many settings, on this machine or on Slurm, and compares them.
#include <fmt/format.h>

#include <cstdio>

#include "launch/agsweep/commands.h"

namespace {

int fail(const std::string& message, ag::ExitCode code) {
  fmt::print(stderr, "agsweep: {}\n", message);
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  ag::sweep::Options options;
  if (const auto code = ag::sweep::parse_command_line(argc, argv, options))
    return static_cast<int>(*code);
  std::setvbuf(stdout, nullptr, _IOLBF,
               0);  // what has happened is to be read at once, in a file too
  try {
    return static_cast<int>(ag::sweep::run_command(options));
  } catch (const ag::Error& error) {
    return fail(error.what(), error.code());
  } catch (const std::exception& error) {
    return fail(error.what(), ag::ExitCode::kFailed);
  }
}
