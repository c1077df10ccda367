// The forms that `agtrain export` writes, one function each.
#pragma once

#include "launch/export_options.h"
#include "launch/export_subject.h"

namespace ag::launch {

Exported export_safetensors(const ExportSubject& subject, const ExportOptions& options,
                            const std::filesystem::path& out);
Exported export_keras(const ExportSubject& subject, const ExportOptions& options,
                      const std::filesystem::path& out);
Exported export_onnx(const ExportSubject& subject, const ExportOptions& options,
                     const std::filesystem::path& out);

// Whose names export_safetensors gives the tensors where the options don't say: "timm", …
std::string names_of(const ExportSubject& subject, const ExportOptions& options);

}  // namespace ag::launch
