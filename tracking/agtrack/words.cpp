#include "tracking/agtrack/words.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "framework/core/text.h"
#include "tracking/report/number.h"

namespace ag::tracking {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kDaysToCount = 30;

std::time_t whole(double time) {
  return static_cast<std::time_t>(std::floor(time));
}

}  // namespace

std::string ago(double time, double now) {
  const auto seconds = static_cast<std::int64_t>(now - time);
  if (seconds < kMinute) return "just now";
  if (seconds < kHour) return fmt::format("{} min ago", seconds / kMinute);
  if (seconds < kDay) return fmt::format("{} h ago", seconds / kHour);
  const std::int64_t days = seconds / kDay;
  if (days < kDaysToCount) return fmt::format("{} ago", counted(days, "day"));
  return local_date(whole(time));
}

std::string date_and_time(double time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(whole(time)));
}

std::string iso_time(double time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(whole(time)));
}

std::vector<std::string> metric_texts(const std::string& metric,
                                      const std::vector<std::optional<double>>& values) {
  if (!metric.ends_with("_bytes")) return report::alike(values);
  std::vector<std::string> texts;
  for (const std::optional<double>& value : values) {
    const bool countable = value && std::isfinite(*value) && *value >= 0;
    texts.push_back(countable ? short_bytes(static_cast<std::uint64_t>(*value))
                    : value   ? report::short_number(*value)
                              : "");
  }
  return texts;
}

report::Cell status_cell(const Run& run) {
  report::Tone tone = report::Tone::kPlain;
  if (run.lost || run.status == RunStatus::kFailed) {
    tone = report::Tone::kBad;
  } else if (run.status == RunStatus::kStopped) {
    tone = report::Tone::kWarn;
  } else if (run.status == RunStatus::kRunning) {
    tone = report::Tone::kGood;
  }
  return {std::string(run.status_text()), tone};
}

std::string epochs_text(const Run& run) {
  return fmt::format("{}/{}", run.epochs, run.total_epochs);
}

std::string short_path(const std::string& path) {
  std::error_code failure;
  const std::string here = std::filesystem::current_path(failure).string() + "/";
  return !failure && path.starts_with(here) ? path.substr(here.size()) : path;
}

Json json_number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of(const Run& run) {
  return {{"id", run.id},
          {"name", run.name},
          {"experiment", run.experiment},
          {"status", run.status_text()},
          {"reason", run.reason},
          {"created", iso_time(run.created)},
          {"ended", run.ended ? Json(iso_time(*run.ended)) : Json(nullptr)},
          {"seconds", run.seconds},
          {"epochs", run.epochs},
          {"total_epochs", run.total_epochs},
          {"steps", run.steps},
          {"steps_per_epoch", run.steps_per_epoch},
          {"host", run.host},
          {"ranks", run.ranks},
          {"program_version", run.program_version},
          {"dataset_hash", run.dataset_hash},
          {"resumed_from", run.resumed_from.empty() ? Json(nullptr) : Json(run.resumed_from)}};
}

Json json_of(const MetricPoint& point) {
  return {{"value", json_number(point.value)}, {"epoch", point.epoch}, {"step", point.step}};
}

Json json_of(const std::vector<std::pair<std::string, std::string>>& parameters) {
  Json json = Json::object();
  for (const auto& [name, value] : parameters) json[name] = value;
  return json;
}

Json json_of(const std::vector<CheckpointEntry>& checkpoints) {
  Json json = Json::array();
  for (const CheckpointEntry& one : checkpoints) {
    json.push_back({{"path", one.path}, {"step", one.step}, {"kind", one.kind}});
  }
  return json;
}

Json json_of(const std::vector<EventEntry>& events) {
  Json json = Json::array();
  for (const EventEntry& one : events) {
    json.push_back({{"time", iso_time(one.time)}, {"kind", one.kind}, {"text", one.text}});
  }
  return json;
}

std::string to_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ag::tracking
