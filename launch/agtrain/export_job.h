// `agtrain export`: from a checkpoint to a file that other programs run.
#pragma once

#include "framework/core/error.h"
#include "launch/agtrain/export_options.h"

namespace ag::launch {

// Writes the file and its model card, and prints what was written and how to load it. Throws Error
// where the checkpoint can't be read or a file can't be written; then neither file is left.
ExitCode run_export(const ExportOptions& options);

}  // namespace ag::launch
