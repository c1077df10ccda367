#include "launch/sweep/local_launcher.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <list>
#include <thread>

#include "launch/sweep/live_view.h"
#include "launch/sweep/signals.h"
#include "launch/sweep/trial_run.h"

namespace ag::sweep {
namespace {

// Wakes earlier when a process ends.
constexpr std::chrono::milliseconds kPause{250};

class LocalLauncher {
 public:
  LocalLauncher(const Plan& plan, const SweepFolder& folder)
      : plan_(plan),
        folder_(folder),
        watch_(plan, folder),
        view_(plan, slots_of(plan)),
        shop_{plan, folder, watch_, sibling_program("agtrain"),
              [this](const std::string& text) { view_.line(text); }} {}

  ExitCode run() {
    folder_.append({.kind = JournalEntry::Kind::kBegin});
    watch_.read_all();
    bool asked = false;
    while (true) {
      running_.remove_if([](TrialRun& run) { return !run.tend(); });
      if (!asked) fill_slots();
      if (running_.empty() && (asked || !waits_for_others())) break;
      view_.update(watch_);
      if (signals_.wait(kPause) && !asked) {
        asked = true;
        for (TrialRun& run : running_) run.ask_to_stop();
        view_.line(fmt::format("stopping: {} trials save what they have", running_.size()));
      }
    }
    view_.line(tally_line(watch_));
    const Tally all = tally(watch_);
    if (all.left > 0) {
      view_.line("go on with: agsweep resume " + folder_.path().string());
      return ExitCode::kStopped;
    }
    return all.failed > 0 ? ExitCode::kFailed : ExitCode::kDone;
  }

 private:
  bool is_mine(std::size_t trial) const {
    return std::ranges::any_of(running_,
                               [trial](const TrialRun& run) { return run.trial() == trial; });
  }

  void fill_slots() {
    const std::size_t slots = slots_of(plan_);
    for (std::size_t i = next_; i < watch_.size() && running_.size() < slots; ++i) {
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
      watch_.read(i, folder_.is_claimed(plan_.trials[i].id));
      waits = waits || !is_over(watch_.view(i).state);
    }
    return waits;
  }

  const Plan& plan_;
  const SweepFolder& folder_;
  Watch watch_;
  LiveView view_;
  Workshop shop_;
  BlockedSignals signals_;
  std::list<TrialRun> running_;
  std::size_t next_ = 0;  // all trials before it are over
};

}  // namespace

std::size_t slots_of(const Plan& plan) {
  const LauncherConfig& launcher = plan.config.launcher;
  if (launcher.slots > 0) return static_cast<std::size_t>(launcher.slots);
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::max<std::size_t>(1, cores / static_cast<std::size_t>(launcher.ranks));
}

ExitCode run_locally(const Plan& plan, const SweepFolder& folder) {
  const std::optional<FileLock> lock = folder.take();
  if (!lock) {
    throw usage_error(folder.path(), "this sweep is being run already",
                      "look at it with agsweep status, or end it with agsweep stop");
  }
  lock->write(fmt::format("{}\n", ::getpid()));
  return LocalLauncher(plan, folder).run();
}

}  // namespace ag::sweep
