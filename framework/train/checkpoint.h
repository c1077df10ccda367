// The state of training in one file, from which going on gives the same bits as not stopping.
//
// A checkpoint is a safetensors file, so that every Python user can open it without us:
//
//   stem.conv.weight, …            the network's parameters and running statistics, by their names
//   optimizer.momentum/<name>, …   the optimiser's state
//   __metadata__                   format, version, run, config (YAML), cursor, sums of the epoch,
//                                  plateau, the crops' margin, checksum
//
// checkpoint.cpp draws it with all its keys. It is written to a temporary name, synced and renamed.
// Version 1.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "framework/nn/loss.h"
#include "framework/nn/network.h"
#include "framework/optim/optimizer.h"

namespace ag::train {

// Where a run stands between two steps.
struct Cursor {
  std::int64_t epoch = 0;  // from 0
  // Steps of it that are done; all of them: its validation is still to come.
  std::int64_t step_in_epoch = 0;
  std::int64_t steps = 0;  // done over the whole run
};

struct TrainingState {
  Cursor cursor;
  nn::MetricSums epoch_sums;  // of the epoch's steps so far, over all ranks
  std::map<std::string, std::string> plateau;
  std::optional<double> best;  // the best value of the metric that best.safetensors is kept by
  bool finished = false;       // the run came to its planned end
  std::string run_id;
  std::string run_name;
  std::string config_yaml;
  // What the newest validation says of the network, see model_card.h; empty before the first one.
  std::string model_card;
  // How much of a face's box the training pictures add on each side (DatasetInfo::margin): crops
  // for this network must add as much. Nothing where the data set doesn't say.
  std::optional<double> crop_margin;
  // What must be the same to go on with the run: ("seed", "1"), ("model.width", "0.5"), …
  std::map<std::string, std::string> identity;
};

// Writes network, optimiser and state as the whole of `path`. Throws Error (disk full, …) and then
// leaves no file.
void save_checkpoint(const std::filesystem::path& path, const TrainingState& state,
                     const nn::Network& network, const optim::Optimizer& optimizer);

// Reads and checks a whole file; nothing of the run is touched yet.
class Checkpoint {
 public:
  // Throws Error where the file is cut, changed, foreign or of a later version.
  static Checkpoint read(const std::filesystem::path& path);
  ~Checkpoint();
  Checkpoint(Checkpoint&&) noexcept;
  Checkpoint& operator=(Checkpoint&&) noexcept;

  const std::filesystem::path& path() const { return path_; }
  const TrainingState& state() const { return state_; }

  // Copy the tensors over. Throw Error on a missing tensor or another shape, naming it.
  void restore(nn::Network& network) const;
  void restore(optim::Optimizer& optimizer) const;

 private:
  struct File;
  Checkpoint(std::filesystem::path path, std::unique_ptr<File> file, TrainingState state,
             std::int64_t optimizer_steps);

  std::filesystem::path path_;
  std::unique_ptr<File> file_;
  TrainingState state_;
  std::int64_t optimizer_steps_ = 0;
};

}  // namespace ag::train
