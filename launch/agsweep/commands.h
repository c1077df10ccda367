// What each command of agsweep does. They throw Error.
#pragma once

#include "framework/core/error.h"
#include "launch/agsweep/options.h"

namespace ag::sweep {

ExitCode run_command(const Options& options);

}  // namespace ag::sweep
