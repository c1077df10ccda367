#include "launch/agtrain/export_options.h"

#include <CLI/CLI.hpp>

namespace ag::launch {
namespace {

constexpr const char* kExamples = R"(
CHECKPOINT is a file, the id of a run (or its beginning), or a run's folder: then its best checkpoint is
taken, else its newest. A model card, what was measured on whom, is written beside each export.

Examples:
  agtrain export 7f3a --to onnx                          for ONNX Runtime
  agtrain export 7f3a --to onnx --int8                   a quarter of the size; compared with float on the validation pictures
  agtrain export runs/7f3a/best.safetensors --to keras-h5 --out faces.h5      for Keras's load_weights
  agtrain export 7f3a --to safetensors --names timm --trunk-only --out faces.safetensors

Exit codes: 0 done, 1 failed (nothing is left half written), 2 bad usage.)";

constexpr std::int64_t kMostPictures = 1'000'000;

void check(const ExportOptions& options) {
  if (options.int8 && options.to != "onnx")
    throw CLI::ValidationError("--int8", "goes with --to onnx");
  if (!options.names.empty() && options.to != "safetensors")
    throw CLI::ValidationError("--names", "goes with --to safetensors");
  if (options.trunk_only && options.to == "onnx")
    throw CLI::ValidationError("--trunk-only", "goes with --to safetensors or keras-h5");
}

}  // namespace

CLI::App* add_export_command(CLI::App& program, ExportOptions& options) {
  CLI::App* command = program.add_subcommand(
      "export", "writes a trained network for Keras, timm, torchvision or ONNX Runtime");
  command
      ->add_option("CHECKPOINT", options.checkpoint, "what to export: a file, a run's id or folder")
      ->required();
  command->add_option("--to", options.to, "the form")
      ->required()
      ->check(CLI::IsMember({"safetensors", "keras-h5", "onnx"}));
  command->add_option("--out", options.out, "the file; by default beside the checkpoint");
  command
      ->add_option("--names", options.names,
                   "whose names the tensors bear; by default those of the network's flavour")
      ->check(CLI::IsMember({"timm", "torchvision", "own"}));
  command->add_flag("--trunk-only", options.trunk_only, "leave the age and gender head out");
  command->add_flag("--int8", options.int8,
                    "quantise to eight bits, by the ranges seen on training pictures");
  command->add_option(
      "--dataset", options.dataset,
      "the data set for --int8; by default the one that the network was trained on");
  command
      ->add_option("--pictures", options.pictures,
                   "training pictures that --int8 takes ranges from")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, kMostPictures));
  command->add_option("--runs", options.runs, "the folder that runs are looked for in")
      ->capture_default_str();
  command->footer(kExamples);
  command->final_callback([&options] { check(options); });
  return command;
}

}  // namespace ag::launch
