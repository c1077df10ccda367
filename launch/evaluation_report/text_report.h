// The report of an evaluation for a terminal.
#pragma once

#include <string>

#include "launch/evaluation_report/evaluation.h"
#include "tracking/report/terminal.h"

namespace ag::evaluation {

// How well ages and genders are told, in a few lines; then by gender and band of age.
std::string to_text(const Evaluation& evaluation, const Subject& subject,
                    const report::Terminal& terminal);

}  // namespace ag::evaluation
