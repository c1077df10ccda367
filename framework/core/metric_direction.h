// Which way a metric improves: asked wherever a best is chosen or marked (checkpoints, plateau
// reduction, tables).
#pragma once

#include <string_view>

namespace ag {

// True for losses, errors, times and sizes ("val/age_mae", "train/gender_loss"), false for what
// should grow ("val/gender_accuracy", "train/images_per_second"). It goes by the words of the name
// after its last slash, so a metric that is added later needs no entry here if it is named like
// those.
bool lower_is_better(std::string_view metric);

// True when `value` is strictly better than `best`. NaN stands for "none yet": any number is better
// than it, and it is never better itself.
bool is_better(std::string_view metric, double value, double best);

}  // namespace ag
