// Which checkpoint `--resume` means: read, checked, or skipped for the one before.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "framework/train/checkpoint.h"
#include "framework/train/experiment.h"

namespace ag::train {

// `what` is "auto", a run's id or a file. A checkpoint that doesn't check (cut, changed) is skipped
// with a line to `warn`, and the next older one is tried. "auto" means the newest run of the
// experiment's name; it gives none where there is no such run or that run has already trained all
// of its epochs: then a new run begins. Throws Error where a named run has no whole checkpoint.
std::optional<Checkpoint> find_checkpoint(const std::string& what, const Experiment& experiment,
                                          const std::function<void(const std::string&)>& warn);

// The newest whole checkpoint of the run of that id; none where it has none.
std::optional<Checkpoint> newest_checkpoint(const std::string& run_id, const Experiment& experiment,
                                            const std::function<void(const std::string&)>& warn);

}  // namespace ag::train
