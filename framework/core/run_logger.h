// Where a run tells what happens to it. The trainer knows this interface alone; tracking/
// implements it on SQLite.
//
// Called on rank 0 only, from one thread: start() first and finish() last. start() may throw Error,
// as training hasn't begun, and both may wait. No call between them may throw, stop or, but for
// settle(), slow training: an implementation queues, and keeps what it couldn't write.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ag {

struct RunStart {
  std::string name;         // of the experiment file
  std::string experiment;   // the group that runs are compared in
  std::string config_yaml;  // the whole resolved configuration
  // The same, flat: ("optimizer.lr", "0.001").
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string dataset_hash;
  std::string host;
  std::string program_version;
  int ranks = 1;
  std::int64_t total_epochs = 0;
  std::int64_t steps_per_epoch = 0;
  std::optional<std::string> resumed_run;  // id of the run that this one goes on with
  // Rows of that run after this step are replaced; 0: it begins anew under its id.
  std::int64_t resumed_step = 0;
};

struct StepRow {
  std::int64_t step = 0;   // over the whole run, from 1
  std::int64_t epoch = 0;  // from 1
  double loss = 0;         // mean over the step's real samples, all ranks
  double lr = 0;
  double seconds = 0;            // of the whole step
  double data_wait_seconds = 0;  // of it, waiting for pictures
  double comm_wait_seconds = 0;  // of it, waiting for other ranks
};

struct MetricRow {
  std::int64_t epoch = 0;  // from 1
  std::int64_t step = 0;   // the run's steps done when it was measured
  std::string name;        // "val/age_mae"
  double value = 0;
};

enum class RunStatus { kRunning, kFinished, kFailed, kStopped };

class RunLogger {
 public:
  virtual ~RunLogger() = default;

  // Opens a run, or goes on with `resumed_run`. Returns its id: short, unique in the database, fit
  // for a folder's name.
  virtual std::string start(const RunStart& run) = 0;
  virtual void step(const StepRow& row) = 0;
  virtual void metrics(std::span<const MetricRow> rows) = 0;
  // Before a checkpoint is saved: waits until what was told so far is written, for a moment at
  // most. A run that is killed and goes on from that checkpoint then lacks none of it.
  virtual void settle() = 0;
  // A checkpoint was saved; `kind` is "last" or "best".
  virtual void checkpoint(const std::filesystem::path& path, std::int64_t step,
                          const std::string& kind) = 0;
  // The last call. `reason` is one line for people, empty when all went well.
  virtual void finish(RunStatus status, const std::string& reason) = 0;
};

}  // namespace ag
