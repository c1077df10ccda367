#include "tracking/null_run_logger.h"

#include "tracking/run_id.h"

namespace ag::tracking {

std::string NullRunLogger::start(const RunStart& run) {
  return run.resumed_run.value_or(random_token().substr(0, kUncheckedIdDigits));
}

void NullRunLogger::step(const StepRow&) {}

void NullRunLogger::metrics(std::span<const MetricRow>) {}

void NullRunLogger::checkpoint(const std::filesystem::path&, std::int64_t, const std::string&) {}

void NullRunLogger::finish(RunStatus, const std::string&) {}

}  // namespace ag::tracking
