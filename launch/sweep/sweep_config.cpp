#include "launch/sweep/sweep_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "framework/config/config_reader.h"
#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "launch/sweep/parameter_file.h"

namespace ag::sweep {
namespace {

// It names a folder, and Slurm's jobs.
void require_name(const std::string& name, const std::filesystem::path& file) {
  const bool fits = std::all_of(name.begin(), name.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_' || letter == '.';
  });
  if (fits && name.front() != '.') return;
  throw usage_error(file, fmt::format("'{}' can't be a sweep's name", name),
                    "make it of letters, digits, -, _ and .");
}

}  // namespace

void MetricConfig::visit(config::Visitor& v) {
  v.field("name", name, config::any(), "what a trial is judged by");
  v.field("goal", goal, config::one_of({"", "minimize", "maximize"}),
          "which way it improves; empty: as its name says (errors and losses fall)");
}

void EarlyTerminateConfig::visit(config::Visitor& v) {
  v.field("type", type, config::one_of({"none", "asha", "median"}),
          "which trials are stopped before their end: none; asha, those that aren't among the best "
          "1/factor at a rung; median, those that are worse than the median of the others");
  v.field("min_epochs", min_epochs, config::at_least(1),
          "no trial is judged before it; asha's rungs are at min_epochs times factor, factor^2, …");
  v.field("factor", factor, config::at_least(2), "asha: a rung lets one in so many pass");
  v.field("min_trials", min_trials, config::at_least(1),
          "median: how many others must have come as far");
}

void SlurmConfig::visit(config::Visitor& v) {
  v.field("partition", partition, config::any(), "null: the cluster's default");
  v.field("account", account, config::any(), "null: the user's default");
  v.field("time", time, config::any(),
          "limit of one job, as sbatch reads it (\"2:00:00\"); a trial that reaches it saves a "
          "checkpoint and goes on in the next; null: the partition's");
  v.field("signal_seconds", signal_seconds, config::at_least(5),
          "how long before the limit a trial is told to save");
  v.field("options", options, config::any(), "more options of sbatch: [\"--gres=gpu:1\"]");
  v.field("mpi", mpi, config::one_of({"mpirun", "srun"}), "what starts the ranks within a job");
  v.field("mpi_arguments", mpi_arguments, config::any(), "its arguments: [\"--mpi=pmix\"]");
  v.field("setup", setup, config::any(),
          "a line of shell before each trial: \"module load openmpi\"");
}

void LauncherConfig::visit(config::Visitor& v) {
  v.field("name", name, config::one_of({"local", "slurm"}), "where trials run");
  v.field("ranks", ranks, config::at_least(1), "processes of a trial, as in mpirun -np");
  v.field("slots", slots, config::at_least(0),
          "trials at a time; 0: local, as many as the processor's cores let run, and on Slurm as "
          "many as it lets");
  v.field("retries", retries, config::at_least(0), "how often a trial that fails is tried again");
  v.section("slurm", slurm, "what Slurm is told");
}

void SweepConfig::visit(config::Visitor& v) {
  v.field("name", name, config::any(),
          "of the sweep, and of the experiment that its runs are tracked under; empty: the file's");
  v.field("base", base, config::any(),
          "the experiment that is varied; a relative path begins at this file's folder");
  v.field("method", method, config::one_of({"grid", "random"}),
          "every combination of the values, or points that are drawn");
  v.field("runs", runs, config::at_least(0), "random: how many points are drawn");
  v.field("seed", seed, config::at_least(0), "random: what the draws depend on");
  v.field("seeds", seeds, config::at_least(0),
          "each point is trained once with each; []: with the base's alone");
  v.field("directory", directory, config::any(), "the sweep's own folder is made in it");
  v.section("metric", metric, "what trials are compared by");
  v.section("early_terminate", early_terminate, "stops trials that fall behind");
  v.section("launcher", launcher, "where trials run, and how many at a time");
  v.require(!base.empty(), "base", "must name the experiment to vary");
  v.require(method != "random" || runs > 0, "runs", "must be above 0 for method: random");
}

std::filesystem::path SweepConfig::base_path() const {
  return file.parent_path() / base;
}

SweepConfig load_sweep(const std::filesystem::path& file,
                       const std::vector<std::string>& assignments) {
  SweepConfig sweep;
  sweep.file = file;
  config::ConfigReader reader(config::visit_of(sweep));
  reader.leave("parameters");
  reader.leave("set");
  reader.read_file(file);
  for (const std::string& assignment : assignments) reader.assign(assignment);
  reader.validate();
  if (sweep.name.empty()) sweep.name = file.stem().string();
  require_name(sweep.name, file);
  const ParameterFile varied = read_parameters(read_file(file), file.string());
  sweep.parameters = varied.parameters;
  sweep.set = varied.set;
  sweep.lines = varied.lines;
  return sweep;
}

}  // namespace ag::sweep
