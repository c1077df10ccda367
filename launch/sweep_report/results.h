// What a sweep's trials have reached, as the tracking database tells it: what its report is made
// of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracking/comparison.h"

namespace ag::sweep {

// "waiting" until it is first started; "pruned" is one that was stopped as it fell behind.
enum class TrialState { kWaiting, kRunning, kDone, kPruned, kFailed, kStopped };
std::string_view state_name(TrialState state);  // "waiting", "running", …
// Whether nothing more happens to it: done, pruned, failed.
bool is_over(TrialState state);

struct TrialResult {
  std::string id;  // of its run
  std::int64_t seed = 1;
  TrialState state = TrialState::kWaiting;
  std::int64_t epochs = 0;                // done
  std::int64_t all_epochs = 0;            // that it was to do
  double seconds = 0;                     // that its run took
  std::string reason;                     // of a failure
  std::map<std::string, double> metrics;  // "val/age_mae": its last value, or its best where asked
};

struct PointResult {
  std::vector<std::string> values;  // of each parameter, as YAML writes them
  std::vector<TrialResult> trials;  // one for each seed
  std::int64_t parameters = 0;      // that are trained, in the network
  std::int64_t macs = 0;            // of a picture
};

struct Results {
  std::string name;                     // of the sweep
  std::vector<std::string> parameters;  // swept keys
  std::string metric;                   // "val/age_mae"
  bool lower_is_better = true;
  tracking::At at = tracking::At::kLast;  // which value of a metric stands for a trial
  std::vector<PointResult> points;
};

}  // namespace ag::sweep
