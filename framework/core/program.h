// How a program ends: with an exit code, and where something stopped it, one line that says what.
#pragma once

#include <functional>
#include <string>

#include "framework/core/error.h"

namespace ag {

// Runs `work` and returns its exit code, for main to return. What it throws becomes a line on
// stderr, "agtrack: …": an Error with its own code, all else with kFailed. A std::runtime_error is
// the machine's (a busy database, a folder that can't be made); any other exception, but for a lack
// of memory, is called a fault of this program.
int run_program(const std::string& name, const std::function<ExitCode()>& work);

}  // namespace ag
