#include "framework/train/resume.h"

#include "framework/core/error.h"
#include "framework/train/run_folder.h"

namespace ag::train {
namespace {

using Warning = std::function<void(const std::string&)>;

// None, and a line to `warn`, where it isn't whole.
std::optional<Checkpoint> whole(const std::filesystem::path& path, const Warning& warn) {
  try {
    return Checkpoint::read(path);
  } catch (const Error& fault) {
    warn(std::string(fault.what()) + "; the checkpoint before it is tried");
    return std::nullopt;
  }
}

}  // namespace

std::optional<Checkpoint> find_checkpoint(const std::string& what, const Experiment& experiment,
                                          const std::function<void(const std::string&)>& warn) {
  const bool automatic = what == "auto";
  for (const std::filesystem::path& path :
       resume_candidates(what, experiment.checkpoint.directory)) {
    std::optional<Checkpoint> checkpoint = whole(path, warn);
    if (!checkpoint) continue;
    if (!automatic) return checkpoint;
    if (checkpoint->state().run_name != experiment.name) continue;
    const bool done =
        checkpoint->state().finished && checkpoint->state().cursor.epoch >= experiment.train.epochs;
    return done ? std::nullopt : std::move(checkpoint);
  }
  if (automatic) return std::nullopt;
  throw Error("--resume " + what, "no checkpoint of this run is whole",
              "start it anew without --resume");
}

std::optional<Checkpoint> newest_checkpoint(const std::string& run_id, const Experiment& experiment,
                                            const Warning& warn) {
  for (const std::filesystem::path& path :
       RunFolder(experiment.checkpoint.directory, run_id).step_files()) {
    if (std::optional<Checkpoint> checkpoint = whole(path, warn)) return checkpoint;
  }
  return std::nullopt;
}

}  // namespace ag::train
