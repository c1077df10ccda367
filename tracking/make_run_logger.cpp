#include "tracking/make_run_logger.h"

#include <filesystem>
#include <optional>

#include "tracking/null_run_logger.h"
#include "tracking/sqlite_run_logger.h"

namespace ag::tracking {

std::unique_ptr<RunLogger> make_run_logger(const TrackingConfig& config) {
  const std::optional<std::filesystem::path> database = database_path(config);
  if (!database) return std::make_unique<NullRunLogger>();
  return std::make_unique<SqliteRunLogger>(*database);
}

}  // namespace ag::tracking
