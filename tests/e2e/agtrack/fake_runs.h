// Runs as trainings log them, with curves like those of a MobileNet on faces, so that what agtrack
// shows can be looked at and tested without training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "framework/core/run_logger.h"
#include "tracking/sqlite_run_logger.h"

namespace ag::test {

struct FakeRun {
  std::string name = "mobilenet_64";
  std::string experiment = "faces";
  double width = 1.0;
  double lr = 0.1;
  std::int64_t epochs = 20;  // asked for
  std::int64_t epochs_done = 20;
  std::int64_t steps_per_epoch = 70;
  RunStatus status = RunStatus::kFinished;
  std::string reason;
  std::optional<std::filesystem::path> checkpoints;  // folder that its checkpoints are put into
  std::uint64_t seed = 1;
};

// Logs the run through the logger of training and returns its id.
std::string log_fake_run(const std::filesystem::path& database, const FakeRun& run,
                         const tracking::LoggerOptions& options = {});

}  // namespace ag::test
