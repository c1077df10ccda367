// What a run logs, as values on their way from the trainer's thread to the database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "framework/core/run_logger.h"

namespace ag::tracking {

// Times are seconds since 1970-01-01 UTC, with a fraction.
double now_seconds();

struct MetricEntry {
  MetricRow row;
  double time = 0;
};

struct CheckpointEntry {
  std::string path;
  std::int64_t step = 0;
  std::string kind;  // "last" or "best"
  double time = 0;
};

// One line of a run's diary: "started", "resumed", "finished", "note", …, and what there is to say.
struct EventEntry {
  std::string kind;
  std::string text;
  double time = 0;
};

struct EndEntry {
  RunStatus status = RunStatus::kFinished;
  std::string reason;
  double time = 0;
};

using Row = std::variant<StepRow, MetricEntry, CheckpointEntry, EventEntry, EndEntry>;

// What the database calls a status: "running", "finished", "failed", "stopped".
std::string_view status_name(RunStatus status);
// The status of that name; kFailed for a name that isn't one.
RunStatus status_of(std::string_view name);

}  // namespace ag::tracking
