// The report of an evaluation as a page.
#pragma once

#include <functional>
#include <string>

#include "launch/evaluation_report/evaluation.h"

namespace ag::evaluation {

// The picture of an answer as a JPEG file's bytes; empty where there is none to show.
using PictureOf = std::function<std::string(const Answer&)>;

// One file that stands alone: nothing is loaded, no script runs, and the pictures of the worst
// answers are in it. `picture_of` is asked for these alone, once for each place that shows one;
// without it there are none. Whatever names are in the subject are shown as they are.
std::string to_html(const Evaluation& evaluation, const Subject& subject,
                    const PictureOf& picture_of = nullptr);

}  // namespace ag::evaluation
