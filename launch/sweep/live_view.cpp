#include "launch/sweep/live_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "framework/core/progress.h"
#include "framework/core/terminal.h"
#include "framework/core/text.h"

namespace ag::sweep {
namespace {

constexpr std::chrono::milliseconds kRedrawPause{200};
constexpr int kBarColumns = 16;
constexpr std::size_t kMostRunningShown = 12;

double share_of(double part, double whole) {
  return whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0;
}

}  // namespace

Tally tally(const Watch& watch) {
  Tally all;
  for (std::size_t i = 0; i < watch.size(); ++i) {
    switch (watch.view(i).state) {
      case TrialState::kDone:
        ++all.done;
        break;
      case TrialState::kPruned:
        ++all.pruned;
        break;
      case TrialState::kFailed:
        ++all.failed;
        break;
      case TrialState::kRunning:
        ++all.running;
        break;
      case TrialState::kWaiting:
      case TrialState::kStopped:
        ++all.left;
        break;
    }
  }
  return all;
}

std::string tally_line(const Watch& watch) {
  const Tally all = tally(watch);
  std::vector<std::string> words = {fmt::format("{} done", all.done)};
  if (all.pruned > 0) words.push_back(fmt::format("{} pruned", all.pruned));
  if (all.failed > 0) words.push_back(fmt::format("{} failed", all.failed));
  if (all.running > 0) words.push_back(fmt::format("{} running", all.running));
  if (all.left > 0) words.push_back(fmt::format("{} to go", all.left));
  return fmt::format("{} trials: {}", watch.size(), fmt::join(words, ", "));
}

LiveView::LiveView(const Plan& plan, std::size_t slots, report::ColourChoice colour,
                   std::FILE* stream)
    : plan_(plan),
      slots_(std::max<std::size_t>(slots, 1)),
      stream_(stream),
      live_(is_terminal(stream)),
      colour_(report::terminal_of(stream, colour).colour) {}

LiveView::~LiveView() {
  std::fflush(stream_);
}

// By the mean time of an epoch so far, as if what is left were spread evenly over the slots.
std::string LiveView::time_left(const Watch& watch) const {
  double seconds = 0, done = 0, left = 0;
  for (std::size_t i = 0; i < watch.size(); ++i) {
    const TrialView& view = watch.view(i);
    seconds += view.seconds;
    done += static_cast<double>(view.epochs);
    if (is_over(view.state)) continue;
    left += static_cast<double>(std::max<std::int64_t>(plan_.trials[i].epochs - view.epochs, 0));
  }
  if (done == 0) return "";
  return short_duration(std::ceil(left * seconds / done / static_cast<double>(slots_))) + " left";
}

std::vector<std::string> LiveView::lines(const Watch& watch) const {
  double done = 0, all = 0;
  for (std::size_t i = 0; i < watch.size(); ++i) {
    const auto epochs = static_cast<double>(plan_.trials[i].epochs);
    all += epochs;
    done += is_over(watch.view(i).state) ? epochs : static_cast<double>(watch.view(i).epochs);
  }
  std::vector<std::string> text = {
      fmt::format("{}  {}  {:.0f}%  {}  {}", plan_.config.name,
                  progress_bar(share_of(done, all), kBarColumns, colour_),
                  100 * share_of(done, all), tally_line(watch), time_left(watch))};
  std::size_t shown = 0;
  for (std::size_t i = 0; i < watch.size(); ++i) {
    const TrialView& view = watch.view(i);
    if (view.state != TrialState::kRunning) continue;
    if (++shown > kMostRunningShown) continue;
    const Trial& trial = plan_.trials[i];
    std::string row = fmt::format(
        "  {}  {}  epoch {}/{}  {}", trial.id,
        progress_bar(share_of(static_cast<double>(view.epochs), static_cast<double>(trial.epochs)),
                     kBarColumns, colour_),
        view.epochs, trial.epochs, title_of(plan_, trial));
    if (view.metric) row += fmt::format("  {} {:.4g}", plan_.config.metric.name, *view.metric);
    text.push_back(row);
  }
  if (shown > kMostRunningShown)
    text.push_back(fmt::format("  and {} more", shown - kMostRunningShown));
  return text;
}

void LiveView::clear() {
  // Up to the first of the lines, and away with all below.
  if (drawn_ > 0) fmt::print(stream_, "\x1b[{}A\x1b[J", drawn_);
  drawn_ = 0;
}

void LiveView::update(const Watch& watch) {
  const auto now = std::chrono::steady_clock::now();
  if (!live_ || now < due_) return;
  due_ = now + kRedrawPause;
  clear();
  const int columns = terminal_columns(stream_);
  for (const std::string& text : lines(watch)) {
    fmt::print(stream_, "{}\n", cut_to_columns(text, columns - 1));
    ++drawn_;
  }
  std::fflush(stream_);
}

void LiveView::line(const std::string& text) {
  clear();
  fmt::print(stream_, "{}\n", text);
  std::fflush(stream_);
}

ExitCode tell_outcome(const Watch& watch, LiveView& view, const SweepFolder& folder) {
  view.line(tally_line(watch));
  const Tally all = tally(watch);
  if (all.left + all.running > 0) {
    view.line("go on with: agsweep resume " + folder.path().string());
    return ExitCode::kStopped;
  }
  return all.failed > 0 ? ExitCode::kFailed : ExitCode::kDone;
}

}  // namespace ag::sweep
