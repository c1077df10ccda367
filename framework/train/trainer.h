// The training loop: epochs of steps, validation, metrics, plateau, checkpoints, stopping on
// request.
//
// Ranks decide together: whatever changes the course of a run (a stop, a loss that isn't finite, a
// lower learning rate) is taken from numbers that were summed over ranks, so that nobody branches
// alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "framework/comm/communicator.h"
#include "framework/core/error.h"
#include "framework/core/run_logger.h"
#include "framework/data/dataset.h"
#include "framework/optim/hyper.h"
#include "framework/train/checkpoint.h"
#include "framework/train/console.h"
#include "framework/train/epoch_report.h"
#include "framework/train/experiment.h"
#include "framework/train/initial_weights.h"
#include "framework/train/run_folder.h"
#include "framework/train/run_plan.h"
#include "framework/train/watchdog.h"

namespace ag::train {

struct Outcome {
  std::string run_id;
  RunStatus status = RunStatus::kFinished;  // or kStopped
  std::int64_t steps = 0;                   // done over the whole run
  std::filesystem::path checkpoint;         // the newest
};

// A file of the run couldn't be written, as on a full disk.
class SaveError : public Error {
 public:
  SaveError(const Error& cause, std::filesystem::path last_saved)
      : Error(cause), last_saved_(std::move(last_saved)) {}

  // The run's newest checkpoint that is whole; empty where there is none.
  const std::filesystem::path& last_saved() const { return last_saved_; }

 private:
  std::filesystem::path last_saved_;
};

// What a trainer works with; all of it outlives the trainer. The logger is called on rank 0 alone.
struct TrainerParts {
  comm::Communicator& communicator;
  // For synchronised BatchNorm, which sums in the middle of backward, while gradients are on their
  // way: then another communicator than the first. Not used otherwise.
  comm::Communicator& batchnorm_communicator;
  const data::Dataset& dataset;
  RunLogger& logger;
  Console& console;
  Watchdog& watchdog;
};

class Trainer {
 public:
  // Makes network, optimiser and loaders. Collective. Throws usage errors of the model and data
  // sections.
  Trainer(const Experiment& experiment, const TrainerParts& parts);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  const RunPlan& plan() const { return plan_; }

  // Takes up the state of `checkpoint`. Before run(), on every rank. Throws what require_same_run
  // throws where it is of another experiment.
  void resume(const Checkpoint& checkpoint);

  // Begins with the weights that model.weights names, unless the run was resumed. Before run() and
  // after resume(). Collective. Throws Error where the file can't serve.
  void load_weights();

  // Trains to the end of the plan, or until a signal asks to stop. `about` says who the run is; the
  // trainer fills in the sizes. Collective. Throws SaveError, on rank 0.
  Outcome run(RunStart about);

 private:
  struct Machinery;  // network, reducer, optimiser, loaders

  void start(RunStart about);
  void freeze_for_epoch();
  bool train_epoch();  // these two: false when a stop was asked for and the state is saved
  bool finish_epoch();
  optim::Hyper scheduled() const;  // of the next step, before the plateau's factor
  bool take_step(EpochMeter& meter);
  void report_step(const StepRow& row, const EpochMeter& meter);
  void publish(const EpochMetrics& metrics);
  void advance_epoch(const EpochMetrics& metrics);
  void save(const std::filesystem::path& path, const std::string& kind);
  void save_best();
  bool at_end() const;
  bool is_resumed() const { return !state_.run_id.empty(); }  // before start()
  bool is_first_rank() const { return parts_.communicator.world().rank == 0; }

  Experiment experiment_;
  TrainerParts parts_;
  RunPlan plan_;
  std::unique_ptr<Machinery> machinery_;
  TrainingState state_;
  InitialWeights initial_;
  EpochMeter meter_;
  std::unique_ptr<RunFolder> folder_;
  std::filesystem::path newest_;
};

}  // namespace ag::train
