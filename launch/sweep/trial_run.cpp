#include "launch/sweep/trial_run.h"

#include <fmt/format.h>

#include <utility>

#include "framework/core/error.h"
#include "framework/core/text.h"

namespace ag::sweep {
namespace {

// Between two looks at a run's metrics while its process runs.
constexpr std::chrono::milliseconds kLookPause{250};

}  // namespace

std::optional<TrialRun> TrialRun::start(const Workshop& shop, std::size_t trial,
                                        const std::string& job) {
  const Trial& of = shop.plan.trials[trial];
  std::optional<FileLock> claim = shop.folder.claim(of.id);
  if (!claim) return std::nullopt;
  TrialRun run(shop, trial,
               Job(command_of(shop.plan, shop.folder, of, shop.agtrain),
                   shop.folder.log_file(of.id), std::move(*claim)));
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
  std::string text =
      fmt::format("{:<8} {}  {}", state_name(view.state), trial.id, title_of(shop_->plan, trial));
  if (view.metric) text += fmt::format("  {} {:.4g}", shop_->plan.config.metric.name, *view.metric);
  text +=
      fmt::format("  {} of {} epochs, {}", view.epochs, trial.epochs, short_duration(view.seconds));
  if (code_ != 0 && code_ != static_cast<int>(ExitCode::kStopped)) {
    text += fmt::format(
        "  exit code {}: {}", code_,
        view.reason.empty() ? "see " + shop_->folder.log_file(trial.id).string() : view.reason);
  }
  shop_->say(text);
}

}  // namespace ag::sweep
