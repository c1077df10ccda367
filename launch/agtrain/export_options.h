// What the command line of `agtrain export` says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace ag::launch {

struct ExportOptions {
  std::string checkpoint;         // a file, a run's id or a run's folder
  std::string to;                 // safetensors, keras-h5 or onnx
  std::filesystem::path out;      // empty: beside the checkpoint, named after it
  std::string names;              // safetensors: timm, torchvision or own; empty: the flavour's
  bool trunk_only = false;        // leave the age and gender head out
  bool int8 = false;              // onnx alone
  std::filesystem::path dataset;  // empty: the one that the network was trained on
  std::int64_t pictures = 512;    // that int8's ranges are taken from
  std::filesystem::path runs = "runs";  // where ids of runs are looked for
};

// Adds the subcommand; where it was given, `options` is filled. The options that don't go together
// are complained of as the command line is parsed.
CLI::App* add_export_command(CLI::App& program, ExportOptions& options);

}  // namespace ag::launch
