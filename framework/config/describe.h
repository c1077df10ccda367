// What a configuration says of itself: its values as YAML or as a flat list, its keys as help.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "framework/config/visitor.h"

namespace ag::config {

// Every key and value, sections nested, in the order of the walk: read back, it gives the same
// configuration.
std::string to_yaml(const Visit& visit);

// ("optimizer.lr", "0.001"), … in the order of the walk; values as YAML writes them.
std::vector<std::pair<std::string, std::string>> flatten(const Visit& visit);

// For --help-config: a line per key with its value (the default, on a fresh struct), what it may be
// and what it means.
std::string help_text(const Visit& visit);

}  // namespace ag::config
