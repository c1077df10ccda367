#include "launch/agsweep/options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "framework/command_line/answer.h"
#include "framework/config/describe.h"
#include "framework/core/version.h"
#include "launch/sweep/sweep_config.h"
#include "tracking/report/colour_option.h"

namespace ag::sweep {
namespace {

constexpr const char* kExamples = R"(
Examples:
  agsweep run experiments/sweeps/width_by_size.yaml --dry-run     what would be run
  agsweep run experiments/sweeps/width_by_size.yaml               here, as many at a time as fit
  agsweep run experiments/sweeps/width_by_size.yaml launcher.name=slurm launcher.slurm.time=4:00:00
  agsweep status width_by_size                  how far it is
  agsweep stop width_by_size                    every trial saves a checkpoint and ends
  agsweep resume width_by_size                  goes on; what is done isn't done again
  agsweep report width_by_size --html report.html

A sweep's folder is runs/sweeps/NAME. Its runs are in the base experiment's tracking database, for
agtrack to look at.

Exit codes: 0 done, 1 a trial failed, 2 bad usage or configuration, 75 stopped (agsweep resume goes on).)";

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      Command command, Options& options) {
  CLI::App* added = app.add_subcommand(name, description);
  added->callback([command, &options] { options.command = command; });
  return added;
}

void add_sweep(CLI::App& app, Options& options) {
  app.add_option("SWEEP", options.sweep, "its name, its folder or its file")->required();
}

void add_run(CLI::App& app, Options& options) {
  CLI::App* run =
      add_command(app, "run", "Run every trial that isn't done yet", Command::kRun, options);
  run->add_option("SWEEP", options.sweep, "the sweep, a YAML file")->required();
  run->add_option("KEY=VALUE", options.assignments, "settings that replace the sweep's");
  run->add_flag("--dry-run", options.dry_run, "print what would be run, and run nothing");
}

void add_report(CLI::App& app, Options& options) {
  CLI::App* report =
      add_command(app, "report", "Compare what the points have reached", Command::kReport, options);
  add_sweep(*report, options);
  report->add_flag("--best", options.best, "each trial's best value of a metric, not its last");
  auto* csv = report->add_flag("--csv", options.csv, "a row for each trial, for a spreadsheet");
  report->add_option("--html", options.html, "write a page with pictures that stands alone")
      ->type_name("FILE")
      ->excludes(csv);
  report->add_option("--svg", options.svg, "write the picture that says most: the heat map")
      ->type_name("FILE")
      ->excludes(csv)
      ->excludes("--html");
}

// For Slurm's jobs alone, and so left out of --help.
void add_trial(CLI::App& app, Options& options) {
  CLI::App* trial = add_command(app, "trial", "", Command::kTrial, options);
  trial->group("");
  trial->add_option("FOLDER", options.sweep)->required();
  trial->add_option("SUBMISSION", options.submission)->required();
  trial->add_option("LINE", options.line)->required();
}

}  // namespace

std::optional<ExitCode> parse_command_line(int argc, char** argv, Options& options) {
  CLI::App app("Trains an experiment at many settings, here or on Slurm, and compares them.",
               "agsweep");
  app.footer(kExamples);
  app.set_version_flag("--version", std::string("agsweep ") + kVersion);
  app.add_flag_callback(
      "--help-config",
      [] {
        SweepConfig config;
        std::cout << config::help_text(config::visit_of(config));
        throw CLI::Success();
      },
      "print every key of a sweep's file with default, range and meaning");
  app.require_subcommand(1);
  app.fallthrough();
  report::add_colour(app, options.colour);
  add_run(app, options);
  CLI::App* status =
      add_command(app, "status", "How far every trial is", Command::kStatus, options);
  add_sweep(*status, options);
  status->add_flag("--json", options.json, "for programs");
  add_sweep(*add_command(app, "stop", "Have every trial save a checkpoint and end", Command::kStop,
                         options),
            options);
  add_sweep(*add_command(app, "resume", "Go on with what isn't done", Command::kResume, options),
            options);
  add_report(app, options);
  add_trial(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return command_line::answer(app, stop);
  }
  return std::nullopt;
}

}  // namespace ag::sweep
