// What a program says to a command line that asks for help or its version, or is wrong.
#pragma once

#include <string>

#include "framework/core/error.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace ag::command_line {

// How a program ends whose parsing `stop` has stopped: help and version go to stdout, and a mistake
// is one line on stderr that says how to mend it, for a mistyped command by the nearest one. `word`
// is what stands in a command's place where something else has taken it, such as a file's name.
// Prints nothing unless `aloud`, as on ranks but the first.
ExitCode answer(const CLI::App& app, const CLI::ParseError& stop, const std::string& word = "",
                bool aloud = true);

}  // namespace ag::command_line
