// How agtrack says times, states and values.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracking/query.h"
#include "tracking/report/table.h"

namespace ag::tracking {

// "just now", "5 min ago", "3 h ago", "2 days ago", then the date.
std::string ago(double time, double now);
// "2025-11-24 13:53:07" in the local time zone.
std::string date_and_time(double time);
// "2025-11-24T13:53:07Z"
std::string iso_time(double time);

// Values of one metric, with the same decimals, "" for one that isn't there; bytes as "640.5 MB".
std::vector<std::string> metric_texts(const std::string& metric,
                                      const std::vector<std::optional<double>>& values);

report::Cell status_cell(const Run& run);
std::string epochs_text(const Run& run);  // "12/20"
// Relative to the current folder where it lies in it.
std::string short_path(const std::string& path);

// null for a number that JSON has no word for.
nlohmann::ordered_json json_number(double value);
nlohmann::ordered_json json_of(const Run& run);
nlohmann::ordered_json json_of(const MetricPoint& point);
nlohmann::ordered_json json_of(const std::vector<std::pair<std::string, std::string>>& parameters);
nlohmann::ordered_json json_of(const std::vector<CheckpointEntry>& checkpoints);
nlohmann::ordered_json json_of(const std::vector<EventEntry>& events);
// With the end of a last line.
std::string to_text(const nlohmann::ordered_json& json);

}  // namespace ag::tracking
