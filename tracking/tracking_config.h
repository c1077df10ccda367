// Where a run is tracked: the `tracking` section of an experiment, and the way to its database.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "framework/config/visitor.h"

namespace ag::tracking {

inline constexpr const char* kDefaultDatabase = "runs/tracking.db";
// Names the database where neither an option nor an experiment does.
inline constexpr const char* kDatabaseVariable = "AG_TRACKING_DB";

struct TrackingConfig {
  std::optional<std::string> database = kDefaultDatabase;
  std::string experiment = "default";

  void visit(config::Visitor& v);
};

// The database that agtrack reads: `option` (--db), else $AG_TRACKING_DB, else kDefaultDatabase.
std::filesystem::path database_path(const std::optional<std::string>& option);

// The database that a run is tracked in, absolute; none where the section says null.
// $AG_TRACKING_DB stands in for the default, and not for a name that the experiment gives.
std::optional<std::filesystem::path> database_path(const TrackingConfig& config);

}  // namespace ag::tracking
