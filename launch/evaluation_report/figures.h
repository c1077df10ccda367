// The pictures of an evaluation's page.
#pragma once

#include "launch/evaluation_report/evaluation.h"
#include "tracking/report/agreement.h"
#include "tracking/report/heat_map.h"

namespace ag::evaluation {

// Told over true age, with the range of what most people of an age are told.
report::Agreement age_agreement(const Evaluation& evaluation);
// The reliability diagram: how often genders are right, over how sure the network is.
report::Agreement reliability(const Evaluation& evaluation);

// Of the people of each band (or gender), the share that is told each: rows true, columns told.
report::HeatMap age_confusion_map(const Evaluation& evaluation);
report::HeatMap gender_confusion_map(const Evaluation& evaluation);

}  // namespace ag::evaluation
