#include "launch/agtrain/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "framework/comm/launcher.h"
#include "framework/command_line/answer.h"
#include "framework/core/version.h"

namespace ag::launch {
namespace {

constexpr const char* kExamples = R"(
Examples:
  mpirun -np 2 agtrain experiments/quickstart.yaml
  mpirun -np 8 agtrain experiments/mobilenet_224.yaml optimizer.lr=0.01 model.width=0.5
  agtrain experiments/mobilenet_224.yaml                       alone, on one rank
  mpirun -np 8 agtrain experiments/mobilenet_224.yaml --resume auto
  mpirun -np 8 agtrain experiments/mobilenet_224.yaml --resume 7f3a train.epochs=100
  agtrain --help-config                                        every key, its default and meaning
  agtrain --list-models                                        the networks there are, and their size
  agtrain --summary experiments/mobilenet_224.yaml model.width=0.5    its network, layer by layer
  agtrain --profile experiments/mobilenet_224.yaml train.global_batch_size=16    how fast each layer is here, and could be
  agtrain export 7f3a --to onnx                                for other programs; see agtrain export --help

Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 75 stopped on request with a checkpoint saved
(SIGUSR1, SIGTERM or Ctrl-C; --resume auto goes on).)";

// What is wrong with an id that a run is to have; "" for nothing. It names a folder.
std::string check_run_id(const std::string& id) {
  const bool fits = !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
  });
  return fits ? "" : "an id is made of letters, digits, - and _";
}

void refuse_several_purposes(const AgtrainOptions& options) {
  const int purposes =
      static_cast<int>(options.help_config) + static_cast<int>(options.list_models) +
      static_cast<int>(options.summary) + static_cast<int>(options.profile) +
      static_cast<int>(options.resume.has_value()) + static_cast<int>(options.run.has_value());
  if (purposes < 2) return;
  throw CLI::ValidationError("--help-config, --list-models, --summary, --profile, --resume, --run",
                             "only one of them goes at a time");
}

}  // namespace

std::optional<ExitCode> parse_command_line(int argc, char** argv, AgtrainOptions& options) {
  CLI::App app(
      "Trains a MobileNet to tell age and gender of faces, on one rank or on many under mpirun.",
      "agtrain");
  app.footer(kExamples);
  app.set_version_flag("--version", std::string("agtrain ") + kVersion);
  auto* experiment =
      app.add_option("EXPERIMENT", options.experiment, "the experiment, a YAML file");
  app.add_option("KEY=VALUE", options.assignments, "settings that replace the experiment's");
  app.add_option("--resume", options.resume, "go on from a checkpoint: auto, a run's id, or a file")
      ->type_name("auto|ID|FILE");
  app.add_option("--run", options.run,
                 "the run's id, for schedulers: goes on from its newest checkpoint where there "
                 "is one, and begins it anew otherwise")
      ->type_name("ID")
      ->check(CLI::Validator(check_run_id, ""));
  app.add_flag("--help-config", options.help_config,
               "print every key with default, range and meaning");
  app.add_flag("--list-models", options.list_models,
               "print the networks there are, with parameters and MACs");
  app.add_flag("--summary", options.summary,
               "print the experiment's network layer by layer: output shapes, "
               "parameters, MACs; needs no data");
  app.add_flag("--profile", options.profile,
               "print where a training step's time goes, layer by layer, beside what "
               "this machine could do; needs no data");
  ExportOptions exporting;
  const CLI::App* export_command = add_export_command(app, exporting);
  try {
    app.parse(argc, argv);
    if (export_command->parsed()) options.exporting = exporting;
    const bool reads_experiment =
        !options.help_config && !options.list_models && !options.exporting;
    refuse_several_purposes(options);
    if (reads_experiment && experiment->count() == 0) throw CLI::RequiredError("EXPERIMENT");
  } catch (const CLI::ParseError& stop) {
    return command_line::answer(app, stop, options.experiment,
                                comm::launch_of_this_process().rank == 0);
  }
  return std::nullopt;
}

}  // namespace ag::launch
