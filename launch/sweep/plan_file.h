// A plan as JSON, for the sweep's folder. plan_file.cpp draws it.
#pragma once

#include <string>

#include "launch/sweep/plan.h"

namespace ag::sweep {

std::string to_json(const Plan& plan);
// `name` stands for the file in messages. Throws Error where it isn't what to_json wrote, or is of
// another version.
Plan plan_from_json(const std::string& json, const std::string& name);

}  // namespace ag::sweep
