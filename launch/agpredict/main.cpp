// agpredict: age and gender of the faces in photos, and how well a network tells them.
#include "framework/core/program.h"
#include "framework/kernels/cpu/choice.h"
#include "launch/agpredict/evaluate_job.h"
#include "launch/agpredict/options.h"
#include "launch/agpredict/photo_job.h"

int main(int argc, char** argv) {
  ag::predict::Options options;
  if (const auto code = ag::predict::parse_command_line(argc, argv, options))
    return static_cast<int>(*code);
  return ag::run_program("agpredict", [&options] {
    ag::kernels::cpu::choose_kernels_of_environment();
    const bool evaluates = options.command == ag::predict::Command::kEvaluate;
    return evaluates ? ag::predict::run_evaluation(options) : ag::predict::run_photos(options);
  });
}
