// agtrack export: all that runs logged, for a spreadsheet or a notebook.
#include <fmt/format.h>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "tracking/agtrack/command.h"
#include "tracking/agtrack/words.h"
#include "tracking/report/number.h"
#include "tracking/report/table.h"

namespace ag::tracking {
namespace {

using Json = nlohmann::ordered_json;
using report::exact_number;
using report::Table;

constexpr const char* kExportExamples =
    "  agtrack export 7f3a --csv --out 7f3a.csv      run, metric, epoch, step, value, time\n"
    "  agtrack export 7f3a 91bc --csv --steps        every step's loss, lr and times\n"
    "  agtrack export 7f3a --json --out 7f3a.json    all there is\n";

Table table_titled(std::initializer_list<const char*> titles) {
  Table table;
  for (const char* title : titles) table.columns.push_back({title});
  return table;
}

Table metric_table(SQLite::Database& database, const std::vector<Run>& runs) {
  Table table = table_titled({"run", "metric", "epoch", "step", "value", "time"});
  for (const Run& run : runs) {
    for (const std::string& metric : metric_names(database, {run})) {
      for (const MetricPoint& point : metric_series(database, run, metric)) {
        table.rows.push_back({{{run.id},
                               {metric},
                               {std::to_string(point.epoch)},
                               {std::to_string(point.step)},
                               {exact_number(point.value)},
                               {iso_time(point.time)}}});
      }
    }
  }
  return table;
}

Table step_table(SQLite::Database& database, const std::vector<Run>& runs) {
  Table table = table_titled(
      {"run", "step", "epoch", "loss", "lr", "seconds", "data_wait_seconds", "comm_wait_seconds"});
  for (const Run& run : runs) {
    for (const StepRow& row : steps(database, run)) {
      table.rows.push_back({{{run.id},
                             {std::to_string(row.step)},
                             {std::to_string(row.epoch)},
                             {exact_number(row.loss)},
                             {exact_number(row.lr)},
                             {exact_number(row.seconds)},
                             {exact_number(row.data_wait_seconds)},
                             {exact_number(row.comm_wait_seconds)}}});
    }
  }
  return table;
}

Json steps_json(SQLite::Database& database, const Run& run) {
  Json all = Json::array();
  for (const StepRow& row : steps(database, run)) {
    all.push_back({{"step", row.step},
                   {"epoch", row.epoch},
                   {"loss", json_number(row.loss)},
                   {"lr", json_number(row.lr)},
                   {"seconds", json_number(row.seconds)},
                   {"data_wait_seconds", json_number(row.data_wait_seconds)},
                   {"comm_wait_seconds", json_number(row.comm_wait_seconds)}});
  }
  return all;
}

Json metrics_json(SQLite::Database& database, const Run& run) {
  Json all = Json::object();
  for (const std::string& metric : metric_names(database, {run})) {
    Json points = Json::array();
    for (const MetricPoint& point : metric_series(database, run, metric)) {
      points.push_back(json_of(point));
      points.back()["time"] = iso_time(point.time);
    }
    all[metric] = points;
  }
  return all;
}

Json run_json(SQLite::Database& database, const Run& run) {
  Json json = json_of(run);
  json["config"] = config_yaml(database, run);
  json["parameters"] = json_of(parameters(database, run));
  json["metrics"] = metrics_json(database, run);
  json["steps_log"] = steps_json(database, run);
  json["checkpoints"] = json_of(checkpoints(database, run));
  json["events"] = json_of(events(database, run));
  return json;
}

class ExportCommand final : public Command {
 public:
  void add_options(CLI::App& app) {
    app.add_option("runs", ids_, "Ids of the runs, or their beginnings")->required();
    app.add_flag("--steps", steps_, "With --csv: the log of every step, not the metrics");
    app.add_option("-o,--out", out_, "File to write; stdout without");
    add_csv(app, format_);
    add_json(app, format_);
  }

  void run(Context& context) override {
    if (format_.csv == format_.json) {
      throw usage_error("agtrack export", "needs either --csv or --json");
    }
    const std::vector<Run> runs = choose_runs(context.database, ids_, std::nullopt, 0);
    const std::string text =
        format_.csv ? as_csv(context.database, runs) : as_json(context.database, runs);
    if (out_.empty()) return print(text);
    write_file_atomically(out_, text);
  }

 private:
  std::string as_csv(SQLite::Database& database, const std::vector<Run>& runs) const {
    return report::to_csv(steps_ ? step_table(database, runs) : metric_table(database, runs));
  }

  static std::string as_json(SQLite::Database& database, const std::vector<Run>& runs) {
    Json all = Json::array();
    for (const Run& run : runs) all.push_back(run_json(database, run));
    return to_text(all);
  }

  std::vector<std::string> ids_;
  bool steps_ = false;
  std::string out_;
  Format format_;
};

}  // namespace

RegisteredCommand register_export(CLI::App& program) {
  auto command = std::make_unique<ExportCommand>();
  CLI::App& app =
      add_command(program, "export", "Write all that runs logged as CSV or JSON", kExportExamples);
  command->add_options(app);
  return {&app, std::move(command)};
}

}  // namespace ag::tracking
