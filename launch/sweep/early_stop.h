// When a trial has fallen so far behind that it is stopped.
//
// asha: a rung lies at min_epochs * factor^k epochs. A trial that reaches one goes on only if it is
//   among the best 1/factor of all that have reached it by then; the first to come always does. The
//   stopping form of asynchronous successive halving (Li et al., "A System for Massively Parallel
//   Hyperparameter Tuning", MLSys 2020), in which no trial ever waits for another.
// median: from min_epochs on, a trial whose best value so far is worse than the median of the
//   others' mean values up to that epoch is stopped (Golovin et al., "Google Vizier", KDD 2017).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "launch/sweep/sweep_config.h"

namespace ag::sweep {

// A trial's values of the sweep's metric, by epoch.
using History = std::map<std::int64_t, double>;

// The epochs below `epochs` at which trials are judged: asha's rungs, every epoch from min_epochs
// on for the median, none for none.
std::vector<std::int64_t> judged_epochs(const EarlyTerminateConfig& config, std::int64_t epochs);

// Whether a trial is to be stopped for what it had reached at `epoch`, beside the others that have
// come as far (all trials of the sweep, ended ones too, without itself). Where an epoch wasn't
// validated, the next one that was stands for it. A value that isn't a number is worse than any.
bool falls_behind(const EarlyTerminateConfig& config, bool lower_is_better, std::int64_t epoch,
                  const History& own, const std::vector<const History*>& others);

}  // namespace ag::sweep
