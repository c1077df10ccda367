// The forms that `agtrain export` writes, one function each.
#pragma once

#include <filesystem>
#include <string>

#include "launch/agtrain/export_options.h"
#include "launch/experiment/trained_network.h"

namespace ag::launch {

// What was written, for the closing lines and the model card.
struct Exported {
  std::filesystem::path file;
  std::string what;         // "ONNX, opset 17"
  std::string how_to_load;  // a few lines of the other side's language
  std::string measured;     // Markdown; empty: nothing was measured
};

Exported export_safetensors(const TrainedNetwork& subject, const ExportOptions& options,
                            const std::filesystem::path& out);
Exported export_keras(const TrainedNetwork& subject, const ExportOptions& options,
                      const std::filesystem::path& out);
Exported export_onnx(const TrainedNetwork& subject, const ExportOptions& options,
                     const std::filesystem::path& out);

// Whose names export_safetensors gives the tensors where the options don't say: "timm", …
std::string names_of(const TrainedNetwork& subject, const ExportOptions& options);

}  // namespace ag::launch
