// agtrack compare: runs side by side, the parameters that differ and the metrics.
#include <fmt/format.h>

#include "framework/core/error.h"
#include "framework/core/text.h"
#include "tracking/agtrack/command.h"
#include "tracking/agtrack/words.h"
#include "tracking/comparison.h"
#include "tracking/report/number.h"
#include "tracking/report/table.h"

namespace ag::tracking {
namespace {

using report::Align;
using report::Cell;
using report::Table;
using report::Tone;
using Json = nlohmann::ordered_json;

constexpr std::size_t kRunsCompared = 4;
constexpr int kLeastValueCells = 8;
constexpr int kEpochDigits = 3;
constexpr const char* kGuessMeaning =
    "guess: always the median age and the more frequent gender of the training set";

constexpr const char* kCompareExamples =
    "  agtrack compare                     the latest runs of the latest experiment\n"
    "  agtrack compare 7f3a 91bc --best    the best epoch of each instead of the last\n"
    "  agtrack compare --experiment faces --last 8 --csv > faces.csv\n";

// A row of the same kind of text from every run, and nothing under "guess".
template <class Text>
report::Row run_row(const std::string& label, const Comparison& all, const Text& text) {
  report::Row row{{{label, Tone::kDim}}};
  for (const Run& run : all.runs) row.cells.push_back(text(run));
  if (all.has_guess()) row.cells.emplace_back();
  return row;
}

void add_heading(Table& table, const std::string& text) {
  table.rows.push_back({{{text, Tone::kBold}}, true});
}

report::Row parameter_row(const ParameterRow& parameter, bool has_guess) {
  report::Row row{{{parameter.name, Tone::kDim}}};
  for (const std::string& value : parameter.values) row.cells.push_back({value});
  if (has_guess) row.cells.emplace_back();
  return row;
}

report::Row metric_row(const ComparedMetric& metric, bool has_guess, At at) {
  std::vector<std::optional<double>> values;
  for (const auto& point : metric.values) {
    values.push_back(point ? std::optional(point->value) : std::nullopt);
  }
  values.push_back(metric.guess);
  const std::vector<std::string> texts = metric_texts(metric.name, values);
  report::Row row{{{metric.name, Tone::kDim}}};
  for (std::size_t i = 0; i < metric.values.size(); ++i) {
    const bool best = metric.best[i];
    std::string text = (best ? "* " : "") + texts[i];
    if (at == At::kBest && metric.values[i]) {
      text += fmt::format(" @{:<{}}", metric.values[i]->epoch, kEpochDigits);
    }
    row.cells.push_back({text, best ? Tone::kGood : Tone::kPlain, true});
  }
  if (has_guess) row.cells.push_back({texts.back(), Tone::kDim});
  return row;
}

Table table_of(const Comparison& all, At at) {
  Table table;
  table.key_columns = 1;
  table.columns.push_back({"run"});
  for (const Run& run : all.runs) {
    table.columns.push_back({run.id, Align::kRight, kLeastValueCells});
  }
  if (all.has_guess()) table.columns.push_back({"guess", Align::kRight});
  table.rows.push_back(run_row("name", all, [](const Run& run) { return Cell{run.name}; }));
  table.rows.push_back(run_row("status", all, status_cell));
  table.rows.push_back(
      run_row("epochs", all, [](const Run& run) { return Cell{epochs_text(run)}; }));
  table.rows.push_back(
      run_row("took", all, [](const Run& run) { return Cell{short_duration(run.seconds)}; }));
  if (all.runs.size() > 1) {
    add_heading(table, all.parameters.empty() ? "no parameter differs" : "parameters that differ");
  }
  for (const ParameterRow& parameter : all.parameters) {
    table.rows.push_back(parameter_row(parameter, all.has_guess()));
  }
  add_heading(table, at == At::kBest ? "metrics, best epoch of each" : "metrics, last epoch");
  for (const ComparedMetric& metric : all.metrics) {
    table.rows.push_back(metric_row(metric, all.has_guess(), at));
  }
  return table;
}

// A row per run, for a spreadsheet.
Table exact_table(const Comparison& all) {
  Table table;
  for (const char* title : {"id", "name", "experiment", "status", "epochs", "seconds", "ranks"}) {
    table.columns.push_back({title});
  }
  for (const ParameterRow& parameter : all.parameters) table.columns.push_back({parameter.name});
  for (const ComparedMetric& metric : all.metrics) table.columns.push_back({metric.name});
  for (std::size_t i = 0; i < all.runs.size(); ++i) {
    const Run& run = all.runs[i];
    report::Row row{{{run.id},
                     {run.name},
                     {run.experiment},
                     {std::string(run.status_text())},
                     {std::to_string(run.epochs)},
                     {report::exact_number(run.seconds)},
                     {std::to_string(run.ranks)}}};
    for (const ParameterRow& parameter : all.parameters) row.cells.push_back({parameter.values[i]});
    for (const ComparedMetric& metric : all.metrics) {
      const auto& point = metric.values[i];
      row.cells.push_back({point ? report::exact_number(point->value) : ""});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Json json_of(const ComparedMetric& metric, const std::vector<Run>& runs) {
  Json values = Json::object();
  Json best = Json::array();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (metric.values[i]) values[runs[i].id] = json_of(*metric.values[i]);
    if (metric.best[i]) best.push_back(runs[i].id);
  }
  return {{"values", values},
          {"best", best},
          {"guess", metric.guess ? json_number(*metric.guess) : Json(nullptr)}};
}

Json json_of(const Comparison& all) {
  Json runs = Json::array();
  for (const Run& run : all.runs) runs.push_back(json_of(run));
  Json parameters = Json::object();
  for (const ParameterRow& parameter : all.parameters) {
    for (std::size_t i = 0; i < all.runs.size(); ++i) {
      parameters[parameter.name][all.runs[i].id] = parameter.values[i];
    }
  }
  Json metrics = Json::object();
  for (const ComparedMetric& metric : all.metrics) {
    metrics[metric.name] = json_of(metric, all.runs);
  }
  return {{"runs", runs}, {"parameters", parameters}, {"metrics", metrics}};
}

class CompareCommand final : public Command {
 public:
  void add_options(CLI::App& app) {
    app.add_option("runs", ids_, "Ids of the runs, or their beginnings; the latest ones without");
    app.add_option("-e,--experiment", experiment_, "The latest runs of this experiment");
    app.add_option("-n,--last", count_, "So many of the latest; 0: all")->capture_default_str();
    app.add_flag("--best", best_, "Compare each run's best value of a metric, not its last");
    add_json(app, format_);
    add_csv(app, format_);
  }

  void run(Context& context) override {
    const At at = best_ ? At::kBest : At::kLast;
    const Comparison all =
        compare(context.database, choose_runs(context.database, ids_, experiment_, count_), at);
    if (format_.json) return print(to_text(json_of(all)));
    if (format_.csv) return print(report::to_csv(exact_table(all)));
    print(report::to_text(table_of(all, at), context.terminal));
    print_legend(all, context.terminal);
  }

 private:
  static void print_legend(const Comparison& all, const report::Terminal& terminal) {
    std::vector<std::string> lines;
    if (all.runs.size() > 1) lines.emplace_back("* the best of its row");
    if (all.has_guess()) lines.emplace_back(kGuessMeaning);
    if (!lines.empty()) print("\n");
    for (const std::string& line : lines) print(report::toned(line, Tone::kDim, terminal) + "\n");
  }

  std::vector<std::string> ids_;
  std::optional<std::string> experiment_;
  std::size_t count_ = kRunsCompared;
  bool best_ = false;
  Format format_;
};

}  // namespace

RegisteredCommand register_compare(CLI::App& program) {
  auto command = std::make_unique<CompareCommand>();
  CLI::App& app =
      add_command(program, "compare", "Compare runs: the parameters that differ, the metrics",
                  kCompareExamples);
  command->add_options(app);
  return {&app, std::move(command)};
}

}  // namespace ag::tracking
