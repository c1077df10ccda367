#include "launch/sweep_report/results.h"

namespace ag::sweep {

std::string_view state_name(TrialState state) {
  switch (state) {
    case TrialState::kWaiting:
      return "waiting";
    case TrialState::kRunning:
      return "running";
    case TrialState::kDone:
      return "done";
    case TrialState::kPruned:
      return "pruned";
    case TrialState::kFailed:
      return "failed";
    case TrialState::kStopped:
      return "stopped";
  }
  return "unknown";
}

bool is_over(TrialState state) {
  return state == TrialState::kDone || state == TrialState::kPruned || state == TrialState::kFailed;
}

}  // namespace ag::sweep
