// The RunLogger that tracks nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "framework/core/run_logger.h"

namespace ag::tracking {

class NullRunLogger final : public RunLogger {
 public:
  // The resumed run's id, else eight random hex digits.
  std::string start(const RunStart& run) override;
  void step(const StepRow& row) override;
  void metrics(std::span<const MetricRow> rows) override;
  void settle() override {}
  void checkpoint(const std::filesystem::path& path, std::int64_t step,
                  const std::string& kind) override;
  void finish(RunStatus status, const std::string& reason) override;
};

}  // namespace ag::tracking
