#include "framework/train/resume.h"

#include "framework/core/error.h"
#include "framework/train/run_folder.h"

namespace ag::train {

std::optional<Checkpoint> find_checkpoint(const std::string& what, const Experiment& experiment,
                                          const std::function<void(const std::string&)>& warn) {
  const bool automatic = what == "auto";
  for (const std::filesystem::path& path :
       resume_candidates(what, experiment.checkpoint.directory)) {
    std::optional<Checkpoint> checkpoint;
    try {
      checkpoint = Checkpoint::read(path);
    } catch (const Error& fault) {
      warn(std::string(fault.what()) + "; the checkpoint before it is tried");
      continue;
    }
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

}  // namespace ag::train
