#include "tracking/row.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace ag::tracking {
namespace {

constexpr std::array<std::pair<RunStatus, std::string_view>, 4> kStatusNames = {{
    {RunStatus::kRunning, "running"},
    {RunStatus::kFinished, "finished"},
    {RunStatus::kFailed, "failed"},
    {RunStatus::kStopped, "stopped"},
}};

}  // namespace

double now_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

std::string_view status_name(RunStatus status) {
  const auto* found =
      std::ranges::find(kStatusNames, status, &decltype(kStatusNames)::value_type::first);
  return found->second;
}

RunStatus status_of(std::string_view name) {
  const auto* found =
      std::ranges::find(kStatusNames, name, &decltype(kStatusNames)::value_type::second);
  return found == kStatusNames.end() ? RunStatus::kFailed : found->first;
}

}  // namespace ag::tracking
