// agtrack list: the runs of the database, newest first or by a metric.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "framework/core/error.h"
#include "framework/core/metric_direction.h"
#include "framework/core/text.h"
#include "tracking/agtrack/command.h"
#include "tracking/agtrack/words.h"
#include "tracking/comparison.h"
#include "tracking/report/number.h"
#include "tracking/report/table.h"

namespace ag::tracking {
namespace {

using report::Align;
using report::Table;
using report::Tone;
using Json = nlohmann::ordered_json;

constexpr std::size_t kRunsShown = 30;
// Where there is no room, columns go before any metric does, and the first metric never.
constexpr int kBesideMetrics = 1000;
// Columns unless asked for others, where the runs have them.
constexpr std::array<std::string_view, 2> kUsualMetrics = {"val/age_mae", "val/gender_accuracy"};

constexpr const char* kListExamples =
    "  agtrack list\n"
    "  agtrack list --experiment faces --status finished --sort val/age_mae\n"
    "  agtrack list --metric val/loss --metric train/loss --best\n"
    "  agtrack list --json | jq -r '.[].id'\n";

struct ListedRun {
  Run run;
  std::vector<std::optional<double>> metrics;
};

class ListCommand final : public Command {
 public:
  void add_options(CLI::App& app) {
    app.add_option("-e,--experiment", filter_.experiment, "Only runs of this experiment");
    app.add_option("-s,--status", filter_.status, "Only runs in this state")
        ->check(CLI::IsMember({"running", "finished", "failed", "stopped", "lost"}));
    app.add_option("--sort", sort_, "Best first by this metric, instead of newest first");
    app.add_option("-m,--metric", metrics_, "Metric to show, may be repeated");
    app.add_flag("--best", best_, "Show each run's best value of a metric, not its last");
    app.add_option("-n,--last", count_, "At most so many runs; 0: all")->capture_default_str();
    add_json(app, format_);
    add_csv(app, format_);
  }

  void run(Context& context) override {
    std::vector<Run> runs = find_runs(context.database, filter_);
    choose_metrics(context, runs);
    const std::size_t all = runs.size();
    const std::size_t shown = count_ > 0 ? std::min(count_, all) : all;
    if (sort_.empty()) runs.resize(shown);  // the newest; by a metric all have to be looked at
    std::vector<ListedRun> listed = load(context, std::move(runs));
    if (!sort_.empty()) sort(listed);
    listed.resize(shown);
    if (format_.json) return print_json(listed);
    if (format_.csv) return print(report::to_csv(exact_table(listed)));
    print(report::to_text(table(listed), context.terminal));
    print_end(context, all, listed.size());
  }

 private:
  void choose_metrics(Context& context, const std::vector<Run>& runs) {
    if (!sort_.empty()) {
      if (!runs.empty()) require_metric(context.database, runs, sort_);
      if (std::ranges::find(metrics_, sort_) == metrics_.end()) metrics_.push_back(sort_);
    }
    if (!metrics_.empty()) {
      for (const std::string& metric : metrics_) {
        if (!runs.empty()) require_metric(context.database, runs, metric);
      }
      return;
    }
    const std::vector<std::string> there = metric_names(context.database, runs);
    for (const std::string_view usual : kUsualMetrics) {
      if (std::ranges::find(there, usual) != there.end()) metrics_.emplace_back(usual);
    }
  }

  std::vector<ListedRun> load(Context& context, std::vector<Run> runs) const {
    std::vector<ListedRun> listed;
    for (Run& run : runs) {
      ListedRun one{std::move(run), {}};
      for (const std::string& metric : metrics_) {
        const auto found = summary(context.database, one.run, metric);
        one.metrics.push_back(!found  ? std::nullopt
                              : best_ ? std::optional(found->best.value)
                                      : std::optional(found->last.value));
      }
      listed.push_back(std::move(one));
    }
    return listed;
  }

  void sort(std::vector<ListedRun>& listed) const {
    const auto at = static_cast<std::size_t>(std::ranges::find(metrics_, sort_) - metrics_.begin());
    const double none = std::numeric_limits<double>::quiet_NaN();
    std::ranges::stable_sort(listed, [&](const ListedRun& a, const ListedRun& b) {
      return is_better(sort_, a.metrics[at].value_or(none), b.metrics[at].value_or(none));
    });
  }

  Table table(const std::vector<ListedRun>& listed) const {
    Table table;
    table.columns = {{"run"},
                     {"name", Align::kLeft, 12},
                     {"experiment", Align::kLeft, 8, kBesideMetrics + 2},
                     {"status"},
                     {"started", Align::kLeft, 0, kBesideMetrics + 1},
                     {"took", Align::kRight, 0, kBesideMetrics + 3},
                     {"epochs", Align::kRight},
                     {"ranks", Align::kRight, 0, kBesideMetrics + 4}};
    const double now = now_seconds();
    for (const ListedRun& one : listed) {
      const Run& run = one.run;
      table.rows.push_back({{{run.id, Tone::kBold},
                             {run.name},
                             {run.experiment},
                             status_cell(run),
                             {ago(run.created, now)},
                             {short_duration(run.seconds)},
                             {epochs_text(run)},
                             {std::to_string(run.ranks)}}});
    }
    for (std::size_t i = 0; i < metrics_.size(); ++i) add_metric(table, listed, i);
    return table;
  }

  void add_metric(Table& table, const std::vector<ListedRun>& listed, std::size_t at) const {
    table.columns.push_back({metrics_[at], Align::kRight, 0, static_cast<int>(at)});
    std::vector<std::optional<double>> values;
    values.reserve(listed.size());
    for (const ListedRun& one : listed) values.push_back(one.metrics[at]);
    const std::vector<std::string> texts = metric_texts(metrics_[at], values);
    for (std::size_t row = 0; row < texts.size(); ++row) {
      table.rows[row].cells.push_back({texts[row]});
    }
  }

  // For programs: every digit, and nothing left out.
  Table exact_table(const std::vector<ListedRun>& listed) const {
    Table table;
    for (const char* title : {"id", "name", "experiment", "status", "created", "seconds", "epochs",
                              "total_epochs", "ranks"}) {
      table.columns.push_back({title});
    }
    for (const std::string& metric : metrics_) table.columns.push_back({metric});
    for (const ListedRun& one : listed) {
      const Run& run = one.run;
      report::Row row{{{run.id},
                       {run.name},
                       {run.experiment},
                       {std::string(run.status_text())},
                       {iso_time(run.created)},
                       {report::exact_number(run.seconds)},
                       {std::to_string(run.epochs)},
                       {std::to_string(run.total_epochs)},
                       {std::to_string(run.ranks)}}};
      for (const std::optional<double>& value : one.metrics) {
        row.cells.push_back({value ? report::exact_number(*value) : ""});
      }
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  void print_json(const std::vector<ListedRun>& listed) const {
    Json all = Json::array();
    for (const ListedRun& one : listed) {
      Json metrics = Json::object();
      for (std::size_t i = 0; i < metrics_.size(); ++i) {
        if (one.metrics[i]) metrics[metrics_[i]] = json_number(*one.metrics[i]);
      }
      Json run = json_of(one.run);
      run["metrics"] = metrics;
      all.push_back(std::move(run));
    }
    print(to_text(all));
  }

  void print_end(const Context& context, std::size_t all, std::size_t shown) const {
    if (all == 0) print("no run matches\n");
    if (all <= shown) return;
    const std::string more = fmt::format("{} more; --last 0 shows all", all - shown);
    print(report::toned(more, Tone::kDim, context.terminal) + "\n");
  }

  RunFilter filter_;
  std::string sort_;
  std::vector<std::string> metrics_;
  bool best_ = false;
  std::size_t count_ = kRunsShown;
  Format format_;
};

}  // namespace

RegisteredCommand register_list(CLI::App& program) {
  auto command = std::make_unique<ListCommand>();
  CLI::App& app =
      add_command(program, "list", "List runs, newest first or by a metric", kListExamples);
  command->add_options(app);
  return {&app, std::move(command)};
}

}  // namespace ag::tracking
