// Version 1
//
//   {"file": "5d41402abc4b2a76b9719d911017c592", "pending": 1}
//   {"run": {"begins": true, "config": …, "created": …, "dataset_hash": …, …, "token": …, …}}
//   {"step": [step, epoch, loss, lr, seconds, data wait, comm wait]}
//   {"metric": [step, epoch, "val/age_mae", value, time]}
//   {"checkpoint": [step, "last", "path", time]}
//   {"event": ["note", "text", time]}
//   {"end": ["finished", "reason", time]}
#include "tracking/pending_format.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace ag::tracking {
namespace {

using Json = nlohmann::json;
constexpr int kFormatVersion = 1;

Json number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

double number(const Json& json) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!json.is_string()) return json.get<double>();
  if (json == "nan") return std::numeric_limits<double>::quiet_NaN();
  return json == "inf" ? kInfinity : -kInfinity;
}

Json json_of(const PendingTitle& title) {
  return {{"pending", kFormatVersion}, {"file", title.file}};
}

Json json_of(const PendingHead& pending) {
  const RunHead& head = pending.head;
  const RunStart& start = head.start;
  Json run = {{"token", head.token},
              {"id", head.id},
              {"begins", pending.begins},
              {"created", head.created},
              {"process", head.process},
              {"name", start.name},
              {"experiment", start.experiment},
              {"config", start.config_yaml},
              {"params", start.parameters},
              {"dataset_hash", start.dataset_hash},
              {"host", start.host},
              {"program_version", start.program_version},
              {"ranks", start.ranks},
              {"total_epochs", start.total_epochs},
              {"steps_per_epoch", start.steps_per_epoch},
              {"resumed_step", start.resumed_step}};
  if (start.resumed_run) run["resumed_run"] = *start.resumed_run;
  return {{"run", run}};
}

Json json_of(const StepRow& row) {
  return {{"step",
           Json::array({row.step, row.epoch, number(row.loss), number(row.lr), number(row.seconds),
                        number(row.data_wait_seconds), number(row.comm_wait_seconds)})}};
}

Json json_of(const MetricEntry& entry) {
  return {{"metric", Json::array({entry.row.step, entry.row.epoch, entry.row.name,
                                  number(entry.row.value), entry.time})}};
}

Json json_of(const CheckpointEntry& entry) {
  return {{"checkpoint", Json::array({entry.step, entry.kind, entry.path, entry.time})}};
}

Json json_of(const EventEntry& entry) {
  return {{"event", Json::array({entry.kind, entry.text, entry.time})}};
}

Json json_of(const EndEntry& entry) {
  return {{"end", Json::array({status_name(entry.status), entry.reason, entry.time})}};
}

Json json_of(const Row& row) {
  return std::visit([](const auto& kind) { return json_of(kind); }, row);
}

PendingHead head_from(const Json& run) {
  PendingHead pending;
  pending.begins = run.at("begins");
  RunHead& head = pending.head;
  head.token = run.at("token");
  head.id = run.at("id");
  head.created = run.at("created");
  head.process = run.at("process");
  RunStart& start = head.start;
  start.name = run.at("name");
  start.experiment = run.at("experiment");
  start.config_yaml = run.at("config");
  run.at("params").get_to(start.parameters);
  start.dataset_hash = run.at("dataset_hash");
  start.host = run.at("host");
  start.program_version = run.at("program_version");
  start.ranks = run.at("ranks");
  start.total_epochs = run.at("total_epochs");
  start.steps_per_epoch = run.at("steps_per_epoch");
  start.resumed_step = run.at("resumed_step");
  if (run.contains("resumed_run")) start.resumed_run = run.at("resumed_run").get<std::string>();
  return pending;
}

StepRow step_from(const Json& a) {
  return {a.at(0),         a.at(1),         number(a.at(2)), number(a.at(3)),
          number(a.at(4)), number(a.at(5)), number(a.at(6))};
}

MetricEntry metric_from(const Json& a) {
  return {{.epoch = a.at(1), .step = a.at(0), .name = a.at(2), .value = number(a.at(3))}, a.at(4)};
}

CheckpointEntry checkpoint_from(const Json& a) {
  return {.path = a.at(2), .step = a.at(0), .kind = a.at(1), .time = a.at(3)};
}

std::optional<PendingLine> line_from(const Json& json) {
  if (json.contains("step")) return Row(step_from(json["step"]));
  if (json.contains("metric")) return Row(metric_from(json["metric"]));
  if (json.contains("checkpoint")) return Row(checkpoint_from(json["checkpoint"]));
  if (json.contains("run")) return head_from(json["run"]);
  if (json.contains("event")) {
    const Json& a = json["event"];
    return Row(EventEntry{a.at(0), a.at(1), a.at(2)});
  }
  if (json.contains("end")) {
    const Json& a = json["end"];
    return Row(EndEntry{status_of(a.at(0).get<std::string>()), a.at(1), a.at(2)});
  }
  if (json.value("pending", 0) == kFormatVersion) return PendingTitle{json.at("file")};
  return std::nullopt;
}

}  // namespace

std::string to_line(const PendingLine& line) {
  const Json json = std::visit([](const auto& kind) { return json_of(kind); }, line);
  // A path or a message may hold bytes that aren't UTF-8: better a mark than no row.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<PendingLine> from_line(std::string_view line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  try {
    return line_from(json);
  } catch (const Json::exception&) {
    return std::nullopt;  // a key or a type that isn't ours
  }
}

}  // namespace ag::tracking
