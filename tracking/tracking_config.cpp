#include "tracking/tracking_config.h"

#include <cstdlib>

namespace ag::tracking {
namespace fs = std::filesystem;

void TrackingConfig::visit(config::Visitor& v) {
  v.field("database", database, config::any(),
          "SQLite file that the run is written into, shared by any number of runs; null tracks "
          "nothing. AG_TRACKING_DB stands in for the default");
  v.field("experiment", experiment, config::any(), "group that the run is compared in");
  v.require(!experiment.empty(), "experiment", "needs a name");
  v.require(!database || !database->empty(), "database", "needs a file name, or null");
}

fs::path database_path(const std::optional<std::string>& option) {
  if (option) return *option;
  const char* variable = std::getenv(kDatabaseVariable);
  return variable != nullptr && *variable != '\0' ? variable : kDefaultDatabase;
}

std::optional<fs::path> database_path(const TrackingConfig& config) {
  if (!config.database) return std::nullopt;
  const bool named = *config.database != kDefaultDatabase;
  return fs::absolute(named ? fs::path(*config.database) : database_path(std::nullopt));
}

}  // namespace ag::tracking
