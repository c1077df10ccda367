// A process that runs one trial: agtrain, under mpirun or srun where there are several ranks.
//
// It is in a process group of its own, so that Ctrl-C reaches the sweep alone, and is told to end
// when the sweep's process dies. Its output is added to the trial's log.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "launch/sweep/folder.h"
#include "launch/sweep/plan.h"

namespace ag::sweep {

// The command that runs the trial, word by word.
std::vector<std::string> command_of(const Plan& plan, const SweepFolder& folder,
                                    const Trial& trial);

// The command as one would type it.
std::string shell_line(const std::vector<std::string>& words);

// The program of that name beside this one.
std::filesystem::path sibling_program(const std::string& name);

class Job {
 public:
  // Starts the command, which holds `claim` as this does. Throws Error where no process can be
  // made.
  Job(const std::vector<std::string>& command, const std::filesystem::path& log, FileLock claim);
  // Where it hasn't ended, tells it to, and kills it where it doesn't.
  ~Job();
  Job(Job&& other) noexcept;
  Job& operator=(Job&& other) noexcept;

  // How it ended: its exit code, or 128 and the signal that ended it; none while it runs.
  std::optional<int> poll();
  // Asks it to save and end: it answers with ExitCode::kStopped.
  void ask_to_stop();
  bool was_asked_to_stop() const { return asked_; }
  // Asks it to end at once.
  void terminate();

 private:
  pid_t process_ = -1;
  bool asked_ = false;
  FileLock claim_;
};

}  // namespace ag::sweep
