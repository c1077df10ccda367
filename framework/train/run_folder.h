// The folder of a run: its checkpoints by name, which one to resume from, and which to delete.
//
//   runs/7f3a/step-00001234.safetensors   the last K
//   runs/7f3a/best.safetensors            the best epoch's
//   runs/7f3a/best.md                     its model card
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ag::train {

class RunFolder {
 public:
  RunFolder(const std::filesystem::path& directory, const std::string& run_id);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path step_file(std::int64_t step) const;
  std::filesystem::path best_file() const;
  std::filesystem::path card_of_best() const;

  // Step checkpoints, the newest first.
  std::vector<std::filesystem::path> step_files() const;
  // Deletes all step checkpoints but the newest `keep`.
  void prune(std::int64_t keep) const;

 private:
  std::filesystem::path path_;
};

// Makes the folder that runs have theirs in, where it isn't there. Throws Error where it can't be
// made or nothing can be written to it: better before training than at the first checkpoint.
void prepare_for_runs(const std::filesystem::path& directory);

// The checkpoints that `--resume WHAT` may mean, the most wanted first:
//   a file: that one alone; an id (or the start of one that only one run has): that run's, newest
//   first; "auto": those of all runs in `directory`, newest first.
// Empty only for "auto". Throws a usage Error where there is no such file or run.
std::vector<std::filesystem::path> resume_candidates(const std::string& what,
                                                     const std::filesystem::path& directory);

// The one checkpoint that `what` names for use: a file; a run's folder, or its id (or the start of
// one) in `directory`: then its best one, else its newest. Throws a usage Error where there is
// none.
std::filesystem::path checkpoint_to_use(const std::string& what,
                                        const std::filesystem::path& directory);

}  // namespace ag::train
