#include "launch/sweep/local_launcher.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <list>

#include "launch/sweep/live_view.h"
#include "launch/sweep/trial_run.h"

namespace ag::sweep {
namespace {

// Wakes earlier when a process ends.
constexpr std::chrono::milliseconds kPause{100};

std::size_t usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  const bool known = ::sched_getaffinity(0, sizeof cores, &cores) == 0;
  const std::size_t here = known ? static_cast<std::size_t>(CPU_COUNT(&cores)) : 1;
  const char* of_the_job = std::getenv("SLURM_CPUS_ON_NODE");
  const std::size_t there = of_the_job == nullptr ? 0 : std::strtoul(of_the_job, nullptr, 10);
  return there == 0 ? here : std::min(here, there);
}

class LocalLauncher {
 public:
  LocalLauncher(const Plan& plan, const SweepFolder& folder, const BlockedSignals& signals,
                report::ColourChoice colour)
      : plan_(plan),
        folder_(folder),
        signals_(signals),
        slots_(slots_of(plan)),
        watch_(plan, folder),
        view_(plan, slots_, colour),
        shop_{plan, folder, watch_, [this](const std::string& text) { view_.line(text); }} {}

  ExitCode run() {
    folder_.append({.kind = JournalEntry::Kind::kBegin});
    watch_.read_all();
    try {
      run_all();
    } catch (...) {
      // Whatever went wrong, such as a full disk, the trials are to save what they have.
      for (TrialRun& run : running_) run.ask_to_stop();
      running_.clear();
      throw;
    }
    return tell_outcome(watch_, view_, folder_);
  }

 private:
  void run_all() {
    int requests = 0;
    while (true) {
      running_.remove_if([](TrialRun& run) { return !run.tend(); });
      if (requests == 0) fill_slots();
      if (running_.empty() && (requests > 0 || !waits_for_others())) return;
      view_.update(watch_);
      if (signals_.wait(kPause, BlockedSignals::Wake::kAtEndsOfProcesses) != 0) stop(++requests);
    }
  }

  void stop(int requests) {
    if (requests == 1) {
      view_.line(fmt::format("stopping: {} trials save what they have", running_.size()));
    }
    for (TrialRun& run : running_) {
      if (requests == 1) {
        run.ask_to_stop();
      } else {
        run.terminate();
      }
    }
  }

  bool is_mine(std::size_t trial) const {
    return std::ranges::any_of(running_,
                               [trial](const TrialRun& run) { return run.trial() == trial; });
  }

  void fill_slots() {
    for (std::size_t i = next_; i < watch_.size() && running_.size() < slots_; ++i) {
      const TrialState state = watch_.view(i).state;
      if (state != TrialState::kWaiting && state != TrialState::kStopped) continue;
      if (std::optional<TrialRun> run = TrialRun::start(shop_, i, "")) {
        running_.push_back(std::move(*run));
      }
    }
    while (next_ < watch_.size() && is_over(watch_.view(next_).state)) ++next_;
  }

  // Trials that another process still runs, such as one that an earlier agsweep left behind: they
  // are left alone, and taken up where they end unfinished.
  bool waits_for_others() {
    bool waits = false;
    for (std::size_t i = next_; i < watch_.size(); ++i) {
      if (is_over(watch_.view(i).state) || is_mine(i)) continue;
      watch_.read(i, FileLock::is_held(claim_file(plan_, plan_.trials[i])));
      waits = waits || !is_over(watch_.view(i).state);
    }
    if (waits && !has_said_so_) {
      view_.line("waiting for trials that another process still runs");
      has_said_so_ = true;
    }
    return waits;
  }

  const Plan& plan_;
  const SweepFolder& folder_;
  const BlockedSignals& signals_;
  std::size_t slots_;
  Watch watch_;
  LiveView view_;
  Workshop shop_;
  std::list<TrialRun> running_;
  std::size_t next_ = 0;  // all trials before it are over
  bool has_said_so_ = false;
};

}  // namespace

std::size_t slots_of(const Plan& plan) {
  const LauncherConfig& launcher = plan.config.launcher;
  if (launcher.slots > 0) return static_cast<std::size_t>(launcher.slots);
  const auto of_a_trial = static_cast<std::size_t>(launcher.ranks * plan.threads);
  return std::max<std::size_t>(1, usable_cores() / of_a_trial);
}

ExitCode run_locally(const Plan& plan, const SweepFolder& folder, const BlockedSignals& signals,
                     report::ColourChoice colour) {
  return LocalLauncher(plan, folder, signals, colour).run();
}

}  // namespace ag::sweep
