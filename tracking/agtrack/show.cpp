// agtrack show: all there is to know of one run.
#include <fmt/format.h>

#include <filesystem>

#include "framework/core/error.h"
#include "framework/core/text.h"
#include "tracking/agtrack/command.h"
#include "tracking/agtrack/words.h"
#include "tracking/comparison.h"
#include "tracking/report/cells.h"
#include "tracking/report/number.h"
#include "tracking/report/table.h"

namespace ag::tracking {
namespace {
namespace fs = std::filesystem;

using report::Align;
using report::Table;
using report::Terminal;
using report::Tone;
using Json = nlohmann::ordered_json;

constexpr int kLabelCells = 12;
constexpr std::size_t kHashDigits = 12;
constexpr int kTwoColumnCells = 100;

constexpr const char* kShowExamples =
    "  agtrack show              the latest run\n"
    "  agtrack show 7f3a\n"
    "  agtrack show 7f3a --config > again.yaml\n";

std::string heading(const std::string& text, const Terminal& terminal) {
  return "\n" + report::toned(text, Tone::kBold, terminal) + "\n";
}

std::string labelled(const std::string& label, const std::string& text, const Terminal& terminal) {
  if (text.empty()) return "";
  const std::string name = report::pad_right(label, kLabelCells);
  return fmt::format("{}{}\n", report::toned(name, Tone::kDim, terminal), text);
}

std::string state_of(const Run& run, const Terminal& terminal) {
  const report::Cell status = status_cell(run);
  std::string text = report::toned(status.text, status.tone, terminal);
  if (!run.reason.empty()) text += ": " + run.reason;
  return text;
}

std::string head(const Run& run, const Terminal& terminal) {
  const std::string title = fmt::format("run {}  {}", run.id, run.name);
  std::string text = report::toned(title, Tone::kBold, terminal) + "\n";
  text += labelled("status", state_of(run, terminal), terminal);
  text += labelled("experiment", run.experiment, terminal);
  text += labelled("started",
                   fmt::format("{} ({}), took {}", date_and_time(run.created),
                               ago(run.created, now_seconds()), short_duration(run.seconds)),
                   terminal);
  text += labelled("progress",
                   fmt::format("epoch {} of {}, step {} of {}", run.epochs, run.total_epochs,
                               with_thousands(run.steps),
                               with_thousands(run.total_epochs * run.steps_per_epoch)),
                   terminal);
  text += labelled(
      "ran on",
      fmt::format("{}, {}, agtrain {}", run.host, counted(run.ranks, "rank"), run.program_version),
      terminal);
  text += labelled("dataset", run.dataset_hash.substr(0, kHashDigits), terminal);
  return text;
}

// The table without the line of its titles.
std::string untitled(const Table& table, const Terminal& terminal) {
  const std::string text = report::to_text(table, terminal);
  return text.substr(text.find('\n') + 1);
}

// In two columns where there is room: a configuration is long.
std::string parameter_list(const std::vector<std::pair<std::string, std::string>>& all,
                           const Terminal& terminal) {
  const std::pair<std::string, std::string> nothing;
  const bool wide = terminal.columns == 0 || terminal.columns >= kTwoColumnCells;
  const std::size_t rows = wide ? (all.size() + 1) / 2 : all.size();
  Table table;
  for (std::size_t first = 0; first < all.size(); first += rows) {
    table.columns.insert(table.columns.end(), {{"", Align::kLeft, 12}, {"", Align::kLeft, 12}});
  }
  for (std::size_t row = 0; row < rows; ++row) {
    table.rows.emplace_back();
    for (std::size_t at = row; table.rows[row].cells.size() < table.columns.size(); at += rows) {
      const auto& [name, value] = at < all.size() ? all[at] : nothing;
      table.rows[row].cells.insert(table.rows[row].cells.end(), {{name, Tone::kDim}, {value}});
    }
  }
  return untitled(table, terminal);
}

std::string metric_table(const std::vector<MetricSummary>& all, const Terminal& terminal) {
  std::vector<std::string> names;
  for (const MetricSummary& one : all) {
    if (!is_guess(one.name)) names.push_back(one.name);
  }
  sort_metrics(names);
  Table table;
  table.columns = {{"metric", Align::kLeft, 12},
                   {"last", Align::kRight},
                   {"best", Align::kRight},
                   {"epoch", Align::kRight},
                   {"guess", Align::kRight, 0, 1}};
  for (const std::string& name : names) {
    const MetricSummary& one = *find_metric(all, name);
    const MetricSummary* guess = find_metric(all, guess_of(name));
    const std::vector<std::optional<double>> values = {
        one.last.value, one.best.value,
        guess == nullptr ? std::nullopt : std::optional(guess->last.value)};
    const std::vector<std::string> texts = metric_texts(name, values);
    table.rows.push_back({{{name},
                           {texts[0]},
                           {texts[1], Tone::kGood},
                           {std::to_string(one.best.epoch)},
                           {texts[2], Tone::kDim}}});
  }
  return report::to_text(table, terminal);
}

// Those whose files are there; older ones are removed as a run goes on.
std::string checkpoint_list(const std::vector<CheckpointEntry>& all, const Terminal& terminal) {
  Table table;
  table.columns = {{"", Align::kLeft}, {"", Align::kRight}, {"", Align::kLeft, 20}};
  for (const CheckpointEntry& one : all) {
    std::error_code ignored;
    if (!fs::exists(one.path, ignored)) continue;
    table.rows.push_back(
        {{{one.kind}, {"step " + with_thousands(one.step)}, {short_path(one.path)}}});
  }
  return table.rows.empty() ? "their files are removed\n" : untitled(table, terminal);
}

std::string diary(const std::vector<EventEntry>& all, const Terminal& terminal) {
  Table table;
  table.columns = {{""}, {""}, {"", Align::kLeft, 20}};
  for (const EventEntry& one : all) {
    table.rows.push_back({{{date_and_time(one.time), Tone::kDim}, {one.kind}, {one.text}}});
  }
  return untitled(table, terminal);
}

class ShowCommand final : public Command {
 public:
  void add_options(CLI::App& app) {
    app.add_option("run", id_, "Id of the run, or its beginning; the latest run without");
    app.add_flag("--config", config_, "Print its configuration alone, as YAML");
    add_json(app, format_);
  }

  void run(Context& context) override {
    const std::vector<std::string> ids =
        id_.empty() ? std::vector<std::string>{} : std::vector{id_};
    const Run run = choose_runs(context.database, ids, std::nullopt, 1).front();
    if (config_) return print(config_yaml(context.database, run));
    if (format_.json) return print(to_text(as_json(context, run)));
    const Terminal& terminal = context.terminal;
    std::string text = head(run, terminal);
    const std::vector<MetricSummary> metrics = summaries(context.database, run);
    if (!metrics.empty()) text += "\n" + metric_table(metrics, terminal);
    const auto saved = checkpoints(context.database, run);
    if (!saved.empty()) text += heading("checkpoints", terminal) + checkpoint_list(saved, terminal);
    text += heading("diary", terminal) + diary(events(context.database, run), terminal);
    text += heading("parameters", terminal) +
            parameter_list(parameters(context.database, run), terminal);
    print(text);
  }

 private:
  static Json as_json(Context& context, const Run& run) {
    Json metrics = Json::object();
    for (const MetricSummary& one : summaries(context.database, run)) {
      metrics[one.name] = {{"last", json_of(one.last)}, {"best", json_of(one.best)}};
    }
    Json json = json_of(run);
    json["parameters"] = json_of(parameters(context.database, run));
    json["metrics"] = metrics;
    json["checkpoints"] = json_of(checkpoints(context.database, run));
    json["events"] = json_of(events(context.database, run));
    json["config"] = config_yaml(context.database, run);
    return json;
  }

  std::string id_;
  bool config_ = false;
  Format format_;
};

}  // namespace

RegisteredCommand register_show(CLI::App& program) {
  auto command = std::make_unique<ShowCommand>();
  CLI::App& app =
      add_command(program, "show", "Show one run: its state, metrics, parameters", kShowExamples);
  command->add_options(app);
  return {&app, std::move(command)};
}

}  // namespace ag::tracking
