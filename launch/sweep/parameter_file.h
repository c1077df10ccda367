// The free parts of a sweep's file: `parameters` and `set`, whose keys are the experiment's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "launch/sweep/parameter.h"

namespace ag::sweep {

struct ParameterFile {
  std::vector<Parameter> parameters;  // in the order of the file
  std::vector<std::string> set;       // "key=value"; parameters of a single value are among them
  std::map<std::string, std::string> lines;  // of every key here, for messages: "sweep.yaml:7"
};

// `name` stands for the file in messages. Throws a usage Error that names the line where a
// parameter isn't well formed, and where none has values to choose from.
ParameterFile read_parameters(const std::string& yaml, const std::string& name);

// A text as YAML writes it: quoted where it must be.
std::string as_yaml(const std::string& text);

}  // namespace ag::sweep
