#include "framework/core/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "framework/core/text.h"

namespace ag {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLivePause = std::chrono::milliseconds(100);
constexpr auto kPlainPause = std::chrono::seconds(10);
constexpr int kMostBarColumns = 24;
constexpr int kLeastBarColumns = 8;

}  // namespace

std::string progress_bar(double fraction, int width, bool colour) {
  const double filled = std::clamp(fraction, 0.0, 1.0) * width;
  const int whole = static_cast<int>(filled);
  const bool half = whole < width && filled - whole >= 0.5;
  std::string done;
  for (int i = 0; i < whole; ++i) done += "━";
  if (half) done += "╸";
  std::string rest;
  for (int i = whole + (half ? 1 : 0); i < width; ++i) rest += colour ? "━" : "┄";
  return colour ? "\033[32m" + done + "\033[90m" + rest + "\033[0m" : done + rest;
}

Progress::Progress(std::string label, std::int64_t total, std::FILE* stream)
    : label_(std::move(label)),
      total_(std::max<std::int64_t>(total, 1)),
      stream_(stream),
      live_(is_terminal(stream)),
      start_(Clock::now()),
      drawn_(live_ ? start_ - kLivePause : start_) {}

Progress::~Progress() {
  if (line_open_) std::fputc('\n', stream_);
}

void Progress::update(std::int64_t done, std::string_view details, std::string_view tail) {
  if (first_done_ < 0) {
    first_done_ = done;
    first_update_ = Clock::now();
  }
  done_ = done;
  if (due()) draw(details, tail, false);
}

void Progress::finish(std::string_view details) {
  done_ = total_;
  draw(details, "", true);
}

void Progress::clear() {
  if (!line_open_) return;
  fmt::print(stream_, "\r\033[K");
  std::fflush(stream_);
  line_open_ = false;
}

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

double Progress::seconds_left() const {
  if (first_done_ < 0 || done_ <= first_done_) return std::numeric_limits<double>::infinity();
  const double since = std::chrono::duration<double>(Clock::now() - first_update_).count();
  return since * static_cast<double>(total_ - done_) / static_cast<double>(done_ - first_done_);
}

bool Progress::due() {
  const auto now = Clock::now();
  if (now - drawn_ < (live_ ? Clock::duration(kLivePause) : Clock::duration(kPlainPause))) {
    return false;
  }
  drawn_ = now;
  return true;
}

std::string Progress::live_line(std::string_view details, const std::string& time) const {
  // One column stays free: some terminals wrap as soon as the last one is written.
  const int columns = terminal_columns(stream_) - 1;
  const double fraction = static_cast<double>(done_) / static_cast<double>(total_);
  const std::string percent = fmt::format(" {:3.0f}%  ", 100 * fraction);
  const int fixed = display_columns(label_) + 1 + display_columns(percent) + display_columns(time);
  const int gap = details.empty() ? 0 : 2;
  const int bar = std::clamp(columns - fixed - display_columns(details) - gap, kLeastBarColumns,
                             kMostBarColumns);
  const std::string shown = cut_to_columns(details, columns - fixed - bar - gap);
  return cut_to_columns(
      fmt::format("{} {}{}{}{}{}", label_, progress_bar(fraction, bar, wants_colour()), percent,
                  shown, shown.empty() ? "" : "  ", time),
      columns);
}

void Progress::draw(std::string_view details, std::string_view tail, bool last) {
  const std::string time = last ? short_duration(seconds())
                                : short_duration(seconds_left()) + " left" + std::string(tail);
  if (live_) {
    fmt::print(stream_, "\r\033[K{}{}", live_line(details, time), last ? "\n" : "");
    line_open_ = !last;
  } else {
    fmt::print(stream_, "{} {:3.0f}%  {}{}{}\n", label_,
               100 * static_cast<double>(done_) / static_cast<double>(total_), details,
               details.empty() ? "" : "  ", time);
  }
  std::fflush(stream_);
}

}  // namespace ag
