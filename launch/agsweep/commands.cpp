#include "launch/agsweep/commands.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <signal.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "framework/core/atomic_file.h"
#include "framework/core/text.h"
#include "framework/data/dataset.h"
#include "launch/sweep/collect.h"
#include "launch/sweep/job.h"
#include "launch/sweep/live_view.h"
#include "launch/sweep/local_launcher.h"
#include "launch/sweep/slurm_launcher.h"
#include "launch/sweep/slurm_trial.h"
#include "launch/sweep_report/csv_report.h"
#include "launch/sweep_report/html_report.h"
#include "launch/sweep_report/text_report.h"
#include "tracking/report/table.h"

namespace ag::sweep {
namespace {

using report::Align;
using report::Tone;

bool on_slurm(const Plan& plan) {
  return plan.config.launcher.name == "slurm";
}

// What would only come out once trials have begun: networks that can't be made, data that isn't
// there.
void require_runnable(const Plan& plan) {
  network_sizes(plan);
  std::set<std::string> paths;
  for (const Trial& trial : plan.trials) {
    const launch::AgtrainConfig config = resolve(plan, trial);
    if (!paths.insert(config.experiment.dataset.path).second) continue;
    data::Dataset::open(config.experiment.dataset.path);
  }
}

void print_plan(const Plan& plan, const SweepFolder& folder) {
  for (const Trial& trial : plan.trials) {
    fmt::print("{}\n", shell_line(command_of(plan, folder, trial, sibling_program("agtrain"))));
  }
  if (on_slurm(plan)) fmt::print("\n{}", submission_text(plan, folder));
  fmt::print("\n{} points, {} trials, each on {} rank{}; {}\n", plan.points, plan.trials.size(),
             plan.config.launcher.ranks, plan.config.launcher.ranks == 1 ? "" : "s",
             on_slurm(plan) ? "on Slurm" : fmt::format("{} at a time here", slots_of(plan)));
}

ExitCode launch(const Plan& plan, const SweepFolder& folder) {
  return on_slurm(plan) ? run_on_slurm(plan, folder) : run_locally(plan, folder);
}

void require_idle(const SweepFolder& folder) {
  if (!folder.runner()) return;
  throw usage_error(folder.path(), "this sweep is being run already",
                    "look at it with agsweep status, or end it with agsweep stop");
}

ExitCode run(const Options& options) {
  const SweepConfig config = load_sweep(options.sweep, options.assignments);
  const Plan plan = make_plan(config);
  const SweepFolder folder = SweepFolder::of(config);
  if (options.dry_run) {
    print_plan(plan, folder);
    return ExitCode::kDone;
  }
  require_runnable(plan);
  if (on_slurm(plan)) require_slurm();
  require_idle(folder);
  folder.save(plan);
  fmt::print("sweep {}: {} points, {} trials, in {}\n", config.name, plan.points,
             plan.trials.size(), folder.path().string());
  return launch(plan, folder);
}

report::Row row_of(const Plan& plan, const Trial& trial, const TrialView& view) {
  const Tone tone = view.state == TrialState::kFailed ? Tone::kBad
                    : view.state == TrialState::kDone ? Tone::kGood
                                                      : Tone::kPlain;
  report::Row row{{{trial.id}, {std::string(state_name(view.state)), tone}}};
  for (const std::string& value : trial.values) row.cells.push_back({value});
  row.cells.push_back({fmt::format("{}", trial.seed)});
  row.cells.push_back({fmt::format("{}/{}", view.epochs, trial.epochs)});
  row.cells.push_back({view.metric ? fmt::format("{:.4g}", *view.metric) : ""});
  row.cells.push_back({view.seconds > 0 ? short_duration(view.seconds) : ""});
  row.cells.push_back({view.state == TrialState::kFailed ? view.reason : ""});
  static_cast<void>(plan);
  return row;
}

report::Table table_of(const Plan& plan, const Watch& watch) {
  report::Table table;
  table.columns = {{"run"}, {"state"}};
  for (const std::string& key : plan.parameters()) table.columns.push_back({key, Align::kRight});
  table.columns.push_back({"seed", Align::kRight, 0, 2});
  table.columns.push_back({"epochs", Align::kRight});
  table.columns.push_back({plan.config.metric.name, Align::kRight});
  table.columns.push_back({"took", Align::kRight, 0, 1});
  table.columns.push_back({"reason", Align::kLeft, 8});
  for (std::size_t i = 0; i < watch.size(); ++i)
    table.rows.push_back(row_of(plan, plan.trials[i], watch.view(i)));
  return table;
}

nlohmann::ordered_json json_of(const Plan& plan, const Watch& watch) {
  auto trials = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < watch.size(); ++i) {
    const Trial& trial = plan.trials[i];
    const TrialView& view = watch.view(i);
    nlohmann::ordered_json values;
    for (std::size_t p = 0; p < trial.values.size(); ++p)
      values[plan.config.parameters[p].key] = trial.values[p];
    trials.push_back({{"id", trial.id},
                      {"state", state_name(view.state)},
                      {"values", values},
                      {"seed", trial.seed},
                      {"epochs", view.epochs},
                      {"all_epochs", trial.epochs},
                      {"seconds", view.seconds},
                      {"failures", view.failures},
                      {"reason", view.reason}});
    if (view.metric) trials.back()["metric"] = *view.metric;
  }
  return {{"name", plan.config.name}, {"metric", plan.config.metric.name}, {"trials", trials}};
}

ExitCode status(const Options& options) {
  const SweepFolder folder = SweepFolder::find(options.sweep);
  const Plan plan = folder.load();
  Watch watch(plan, folder);
  watch.read_all();
  if (options.json) {
    fmt::print("{}\n", json_of(plan, watch).dump(2));
    return ExitCode::kDone;
  }
  fmt::print("{}",
             report::to_text(table_of(plan, watch), report::terminal_of(stdout, options.colour)));
  fmt::print("\n{}\n", tally_line(watch));
  return ExitCode::kDone;
}

ExitCode stop(const Options& options) {
  const SweepFolder folder = SweepFolder::find(options.sweep);
  const Plan plan = folder.load();
  if (on_slurm(plan)) {
    const std::size_t jobs = cancel_on_slurm(plan, folder);
    fmt::print("{} jobs cancelled; their trials save what they have\n", jobs);
    return ExitCode::kDone;
  }
  const std::optional<int> runner = folder.runner();
  if (!runner) {
    fmt::print("nobody runs this sweep here\n");
    return ExitCode::kDone;
  }
  ::kill(*runner, SIGTERM);
  fmt::print("asked process {} to stop; its trials save what they have\n", *runner);
  return ExitCode::kDone;
}

ExitCode resume(const Options& options) {
  const SweepFolder folder = SweepFolder::find(options.sweep);
  const Plan plan = folder.load();
  require_idle(folder);
  if (on_slurm(plan)) require_slurm();
  return launch(plan, folder);
}

ExitCode report_on(const Options& options) {
  const SweepFolder folder = SweepFolder::find(options.sweep);
  const Plan plan = folder.load();
  const Results results =
      collect(plan, folder, options.best ? tracking::At::kBest : tracking::At::kLast);
  if (options.csv) {
    fmt::print("{}", to_csv(results));
    return ExitCode::kDone;
  }
  if (options.html) {
    const std::string today = fmt::format("{:%Y-%m-%d}", fmt::localtime(std::time(nullptr)));
    write_file_atomically(*options.html,
                          to_html(results, {.database = plan.database, .date = today}));
    fmt::print("wrote {}\n", options.html->string());
    return ExitCode::kDone;
  }
  fmt::print("{}", to_text(results, report::terminal_of(stdout, options.colour)));
  return ExitCode::kDone;
}

}  // namespace

ExitCode run_command(const Options& options) {
  switch (options.command) {
    case Command::kRun:
      return run(options);
    case Command::kStatus:
      return status(options);
    case Command::kStop:
      return stop(options);
    case Command::kResume:
      return resume(options);
    case Command::kReport:
      return report_on(options);
    case Command::kTrial:
      return run_slurm_trial(SweepFolder(options.sweep), options.submission, options.line);
  }
  throw Error("agsweep", "there is no such command");
}

}  // namespace ag::sweep
