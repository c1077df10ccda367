// The option --color of every program that reports to a terminal.
#pragma once

#include "tracking/report/terminal.h"

namespace CLI {
class App;
}

namespace ag::report {

// Adds `--color WHEN`, which fills `choice`; words other than auto, always and never are refused.
// `choice` outlives the parsing.
void add_colour(CLI::App& app, ColourChoice& choice);

}  // namespace ag::report
