#include "launch/agsweep/commands.h"

#include <fmt/format.h>
#include <signal.h>

#include <ctime>
#include <optional>
#include <set>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/text.h"
#include "framework/data/dataset.h"
#include "launch/agsweep/status.h"
#include "launch/sweep/collect.h"
#include "launch/sweep/job.h"
#include "launch/sweep/local_launcher.h"
#include "launch/sweep/shell.h"
#include "launch/sweep/slurm_launcher.h"
#include "launch/sweep/slurm_trial.h"
#include "launch/sweep_report/csv_report.h"
#include "launch/sweep_report/html_report.h"
#include "launch/sweep_report/svg_report.h"
#include "launch/sweep_report/text_report.h"

namespace ag::sweep {
namespace fs = std::filesystem;
namespace {

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

void require_programs(const Plan& plan) {
  const fs::path agtrain = sibling_program("agtrain");
  if (!fs::exists(agtrain)) {
    throw Error(agtrain, "isn't there, and trials are run by it", "install the programs together");
  }
  if (on_slurm(plan)) return require_slurm();
  if (plan.config.launcher.ranks == 1 || ask_shell({"mpirun", "--version"}).code == 0) return;
  throw Error("mpirun", "can't be run, and trials have several ranks",
              "source launch/env.sh, or set launcher.ranks=1");
}

void print_plan(const Plan& plan, const SweepFolder& folder) {
  for (const Trial& trial : plan.trials) {
    fmt::print("{}\n", shell_line(command_of(plan, folder, trial)));
  }
  if (on_slurm(plan)) fmt::print("\n{}", submission_text(plan, folder));
  fmt::print("\n{} points, {} trials, each on {}; {}\n", plan.points, plan.trials.size(),
             counted(plan.config.launcher.ranks, "rank"),
             on_slurm(plan) ? "on Slurm" : fmt::format("{} at a time here", slots_of(plan)));
}

// The sweep is locked while it is submitted to Slurm, or run here.
ExitCode launch(const Plan& plan, const SweepFolder& folder, std::optional<FileLock> lock,
                const BlockedSignals& signals, report::ColourChoice colour) {
  fs::current_path(plan.working_folder);
  if (!on_slurm(plan)) return run_locally(plan, folder, signals, colour);
  submit_to_slurm(plan, folder);
  lock.reset();
  return show_on_slurm(plan, folder, signals, colour);
}

ExitCode run(const Options& options) {
  const BlockedSignals signals;
  const SweepConfig config = load_sweep(options.sweep, options.assignments);
  const Plan plan = make_plan(config);
  const SweepFolder folder = SweepFolder::of(config);
  if (options.dry_run) {
    print_plan(plan, folder);
    return ExitCode::kDone;
  }
  require_runnable(plan);
  require_programs(plan);
  FileLock lock = folder.take();
  folder.save(plan);
  fmt::print("sweep {}: {} points, {} trials, in {}\n", config.name, plan.points,
             plan.trials.size(), folder.path().string());
  return launch(plan, folder, std::move(lock), signals, options.colour);
}

ExitCode status(const Options& options) {
  const SweepFolder folder = SweepFolder::find(options.sweep);
  const Plan plan = folder.load();
  Watch watch(plan, folder);
  watch.read_all();
  fmt::print("{}", options.json
                       ? status_json(plan, watch)
                       : status_text(plan, watch, report::terminal_of(stdout, options.colour)));
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
    fmt::print("nobody on this machine runs this sweep\n");
    return ExitCode::kDone;
  }
  if (::kill(*runner, SIGTERM) != 0) {
    throw system_error("stop", fmt::format("process {}", *runner));
  }
  fmt::print("asked process {} to stop; its trials save what they have\n", *runner);
  return ExitCode::kDone;
}

ExitCode resume(const Options& options) {
  const BlockedSignals signals;
  const SweepFolder folder = SweepFolder::find(options.sweep);
  const Plan plan = folder.load();
  require_programs(plan);
  return launch(plan, folder, folder.take(), signals, options.colour);
}

ExitCode run_task(const Options& options) {
  const BlockedSignals signals;
  const SweepFolder folder(options.sweep);
  const Plan plan = folder.load();
  fs::current_path(plan.working_folder);
  return run_slurm_trial(plan, folder, options.submission, options.line, signals);
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
  if (options.svg) {
    write_file_atomically(*options.svg, to_svg(results));
    fmt::print("wrote {}\n", options.svg->string());
    return ExitCode::kDone;
  }
  if (options.html) {
    const std::string today = local_date(std::time(nullptr));
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
      return run_task(options);
  }
  throw Error("agsweep", "there is no such command");
}

}  // namespace ag::sweep
