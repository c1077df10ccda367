// agpredict: age and gender of the faces in photos, and how well a network tells them.
#include <fmt/format.h>

#include <cstdio>

#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/host_memory.h"
#include "launch/agpredict/evaluate_job.h"
#include "launch/agpredict/options.h"
#include "launch/agpredict/photo_job.h"

namespace {

int fail(const std::string& message, ag::ExitCode code) {
  fmt::print(stderr, "agpredict: {}\n", message);
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  ag::predict::Options options;
  if (const auto code = ag::predict::parse_command_line(argc, argv, options))
    return static_cast<int>(*code);
  ag::kernels::keep_freed_memory();
  try {
    ag::kernels::cpu::choose_kernels_of_environment();
    const bool evaluates = options.command == ag::predict::Command::kEvaluate;
    return static_cast<int>(evaluates ? ag::predict::run_evaluation(options)
                                      : ag::predict::run_photos(options));
  } catch (const ag::Error& error) {
    return fail(error.what(), error.code());
  } catch (const std::exception& error) {
    return fail(error.what(), ag::ExitCode::kFailed);
  }
}
