// A sweep, as its YAML file says it.
//
//   base: ../mobilenet_224.yaml
//   parameters:
//     model.width: {values: [0.25, 0.5, 0.75, 1.0]}
//     optimizer: {parameters: {lr: {min: 0.001, max: 0.1, distribution: log_uniform}}}
//   set: {train.epochs: 20}
//   method: grid
//   metric: {name: val/age_mae, goal: minimize}
//
// The form is that of Weights & Biases' sweeps, as far as it goes, so that people know it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/config/visitor.h"
#include "launch/sweep/parameter.h"

namespace ag::sweep {

struct MetricConfig {
  std::string name = "val/age_mae";
  std::string goal;  // "minimize", "maximize"; empty: as the metric's name says
  void visit(config::Visitor& v);
};

// Which trials are stopped before their end; see early_stop.h.
struct EarlyTerminateConfig {
  std::string type = "none";  // or "asha", "median"
  std::int64_t min_epochs = 1;
  std::int64_t factor = 3;      // asha
  std::int64_t min_trials = 3;  // median
  void visit(config::Visitor& v);
};

struct SlurmConfig {
  std::optional<std::string> partition, account;
  std::optional<std::string> time;         // as sbatch reads it: "2:00:00"
  std::int64_t signal_seconds = 120;       // before the limit
  std::vector<std::string> options;        // more of sbatch's: "--gres=gpu:4"
  std::string mpi = "mpirun";              // or "srun"
  std::vector<std::string> mpi_arguments;  // behind it: "--mpi=pmix"
  std::optional<std::string> setup;        // a shell line before each trial: "module load openmpi"
  void visit(config::Visitor& v);
};

struct LauncherConfig {
  std::string name = "local";  // or "slurm"
  std::int64_t ranks = 1;      // of a trial
  std::int64_t slots = 0;      // trials at a time; 0: as many as the processor's cores let run
  std::int64_t retries = 1;    // of a trial that fails
  SlurmConfig slurm;
  void visit(config::Visitor& v);
};

struct SweepConfig {
  std::filesystem::path file;       // where it was read from
  std::string name;                 // empty: the file's name
  std::string base;                 // the experiment; a relative path begins at this file's folder
  std::string method = "grid";      // or "random"
  std::int64_t runs = 0;            // points to draw
  std::int64_t seed = 1;            // of the draws
  std::vector<std::int64_t> seeds;  // of training, for each point; empty: the base's
  std::string directory = "runs/sweeps";  // the sweep's own folder is in it
  MetricConfig metric;
  EarlyTerminateConfig early_terminate;
  LauncherConfig launcher;
  std::vector<Parameter> parameters;
  std::vector<std::string> set;              // "key=value" of every trial
  std::map<std::string, std::string> lines;  // of the keys of these two: "sweep.yaml:7"

  void visit(config::Visitor& v);
  std::filesystem::path base_path() const;
};

// Reads the file, then "key=value" words (of all but parameters and set), and checks it. Throws a
// usage Error with the file's line.
SweepConfig load_sweep(const std::filesystem::path& file,
                       const std::vector<std::string>& assignments = {});

}  // namespace ag::sweep
