// How far each trial of a sweep is, as a table for people and as JSON for programs.
#pragma once

#include <string>

#include "launch/sweep/plan.h"
#include "launch/sweep/watch.h"
#include "tracking/report/terminal.h"

namespace ag::sweep {

std::string status_text(const Plan& plan, const Watch& watch, const report::Terminal& terminal);
std::string status_json(const Plan& plan, const Watch& watch);

}  // namespace ag::sweep
