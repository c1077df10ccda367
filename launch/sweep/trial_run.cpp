#include "launch/sweep/trial_run.h"

#include <fmt/format.h>

#include <utility>

#include "framework/core/error.h"
#include "framework/core/text.h"

namespace ag::sweep {
namespace {

// Between two looks at a run's metrics while its process runs.
constexpr std::chrono::milliseconds kLookPause{100};

}  // namespace

std::string end_line(const Plan& plan, const Trial& trial, const TrialView& view) {
  std::string text =
      fmt::format("{:<8} {}  {}", state_name(view.state), trial.id, title_of(plan, trial));
  if (view.metric) text += fmt::format("  {} {:.4g}", plan.config.metric.name, *view.metric);
  return text + fmt::format("  {} of {} epochs, {}", view.epochs, trial.epochs,
                            short_duration(view.seconds));
}

std::optional<TrialRun> TrialRun::start(const Workshop& shop, std::size_t trial,
                                        const std::string& job) {
  const Trial& of = shop.plan.trials[trial];
  std::optional<FileLock> claim = FileLock::take(claim_file(shop.plan, of));
  if (!claim) return std::nullopt;
  // What it has behind it, another process may have trained.
  shop.watch.read(trial, /*is_running=*/false);
  const TrialState state = shop.watch.view(trial).state;
  if (is_over(state) || state == TrialState::kRunning) return std::nullopt;
  shop.watch.trust(trial);
  TrialRun run(
      shop, trial,
      Job(command_of(shop.plan, shop.folder, of), shop.folder.log_file(of.id), std::move(*claim)));
  run.write({.kind = JournalEntry::Kind::kStart, .job = job});
  shop.watch.read(trial, /*is_running=*/true);
  return run;
}

void TrialRun::write(JournalEntry entry) const {
  entry.trial = shop_->plan.trials[trial_].id;
  shop_->folder.append(entry);
  shop_->watch.note(entry);
}

bool TrialRun::tend() {
  const std::optional<int> code = job_.poll();
  if (code) {
    const bool stopped = job_.was_asked_to_stop() && *code != 0;
    code_ = stopped ? static_cast<int>(ExitCode::kStopped) : *code;
    shop_->watch.read(trial_, /*is_running=*/false);
    // Its run would be begun for ever, where the database doesn't get to know that it is done.
    if (code_ == 0 && shop_->watch.view(trial_).state != TrialState::kDone)
      code_ = static_cast<int>(ExitCode::kFailed);
    write({.kind = JournalEntry::Kind::kEnd, .code = code_});
    shop_->watch.read(trial_, /*is_running=*/false);
    tell_end();
    return false;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now < next_look_) return true;
  next_look_ = now + kLookPause;
  shop_->watch.read(trial_, /*is_running=*/true);
  if (job_.was_asked_to_stop()) return true;
  if (const std::optional<std::int64_t> epoch = shop_->watch.judge(trial_)) {
    write({.kind = JournalEntry::Kind::kPrune, .epoch = *epoch});
    job_.ask_to_stop();
  }
  return true;
}

void TrialRun::tell_end() const {
  const Trial& trial = shop_->plan.trials[trial_];
  const TrialView& view = shop_->watch.view(trial_);
  std::string text = end_line(shop_->plan, trial, view);
  if (code_ != 0 && code_ != static_cast<int>(ExitCode::kStopped)) {
    text += fmt::format(
        "  exit code {}: {}", code_,
        view.reason.empty() ? "see " + shop_->folder.log_file(trial.id).string() : view.reason);
  }
  shop_->say(text);
}

}  // namespace ag::sweep
