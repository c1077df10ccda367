#include "launch/sweep/slurm_trial.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

#include "launch/sweep/shell.h"
#include "launch/sweep/signals.h"
#include "launch/sweep/trial_run.h"

namespace ag::sweep {
namespace {

constexpr std::chrono::milliseconds kSignalPause{250};
constexpr std::chrono::milliseconds kEndOfJob{60000};
// An earlier job of the trial may still be saving, or a node may be lost: its locks then live on
// for as long as the file system lets them, and its run's heartbeat for two minutes.
constexpr int kClaimTries = 600;
constexpr int kRequeueTries = 12;
constexpr std::chrono::milliseconds kBetweenRequeues{5000};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// "123_4".
std::string own_job() {
  return environment("SLURM_ARRAY_JOB_ID") + "_" + environment("SLURM_ARRAY_TASK_ID");
}

std::size_t trial_of(const Plan& plan, const std::filesystem::path& submission, std::size_t line) {
  std::ifstream in(submission);
  std::string id;
  for (std::size_t i = 0; i <= line; ++i) std::getline(in, id);
  for (std::size_t i = 0; i < plan.trials.size(); ++i) {
    if (plan.trials[i].id == id) return i;
  }
  throw Error(submission, fmt::format("its line {} names no trial of the sweep", line + 1),
              "the sweep was begun anew with other points; agsweep resume submits what is missing");
}

void say(const std::string& text) {
  fmt::print("{}\n", text);
}

class SlurmTrial {
 public:
  SlurmTrial(const Plan& plan, const SweepFolder& folder, std::size_t trial,
             const BlockedSignals& signals)
      : folder_(folder),
        watch_(plan, folder),
        shop_{plan, folder, watch_, say},
        trial_(trial),
        signals_(signals) {}

  ExitCode run() {
    while (true) {
      watch_.read_all();
      const TrialState state = watch_.view(trial_).state;
      if (state == TrialState::kFailed) return ExitCode::kFailed;
      if (is_over(state)) return ExitCode::kDone;
      int asked = 0;
      std::optional<TrialRun> run = claim_and_start(asked);
      if (run) asked = tend(*run);
      if (asked == SIGUSR1) return requeue();
      if (asked != 0) return ExitCode::kStopped;
    }
  }

 private:
  // None where it has ended meanwhile, or `asked` gets the signal that came before it could start.
  std::optional<TrialRun> claim_and_start(int& asked) {
    for (int i = 0; i < kClaimTries && asked == 0; ++i) {
      if (auto run = TrialRun::start(shop_, trial_, own_job())) return run;
      if (is_over(watch_.view(trial_).state)) return std::nullopt;
      asked = signals_.wait(kSignalPause);
    }
    if (asked != 0) return std::nullopt;
    throw Error(folder_.path(), "another process runs this trial", "see agsweep status");
  }

  // The signal that asked it to stop before its end; 0 for none.
  int tend(TrialRun& run) {
    int asked = 0;
    while (run.tend()) {
      const int signal = signals_.wait(kSignalPause, BlockedSignals::Wake::kAtEndsOfProcesses);
      if (signal == 0 || asked != 0) continue;
      asked = signal;
      say(signal == SIGUSR1 ? "the time limit is near: the trial saves, and goes on in another job"
                            : "stopping: the trial saves what it has");
      run.ask_to_stop();
    }
    return run.code() == static_cast<int>(ExitCode::kStopped) ? asked : 0;
  }

  // The controller may be away for a moment.
  ExitCode requeue() {
    ShellAnswer answer;
    for (int i = 0; i < kRequeueTries; ++i) {
      answer = ask_shell({"scontrol", "requeue", own_job()});
      if (answer.code == 0) {
        signals_.wait(kEndOfJob);  // Slurm ends this job for it, by SIGTERM
        return ExitCode::kStopped;
      }
      signals_.wait(kBetweenRequeues);
    }
    throw Error("scontrol requeue", answer.output, "go on with agsweep resume");
  }

  const SweepFolder& folder_;
  Watch watch_;
  Workshop shop_;
  std::size_t trial_;
  const BlockedSignals& signals_;
};

}  // namespace

ExitCode run_slurm_trial(const Plan& plan, const SweepFolder& folder,
                         const std::filesystem::path& submission, std::size_t line,
                         const BlockedSignals& signals) {
  return SlurmTrial(plan, folder, trial_of(plan, submission, line), signals).run();
}

}  // namespace ag::sweep
