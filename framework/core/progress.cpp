#include "framework/core/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "framework/core/text.h"

namespace ag {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLivePause = std::chrono::milliseconds(100);
constexpr auto kPlainPause = std::chrono::seconds(10);
constexpr int kBarColumns = 24;

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

bool is_terminal(std::FILE* stream) {
  const char* term = std::getenv("TERM");
  return ::isatty(::fileno(stream)) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

int terminal_columns(std::FILE* stream) {
  winsize size{};
  if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
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
  if (first_done_ < 0) first_done_ = done > 1 ? done - 1 : 0;
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
  const std::int64_t steps = done_ - std::max<std::int64_t>(first_done_, 0);
  if (steps <= 0) return std::numeric_limits<double>::infinity();
  return seconds() * static_cast<double>(total_ - done_) / static_cast<double>(steps);
}

bool Progress::due() {
  const auto now = Clock::now();
  if (now - drawn_ < (live_ ? Clock::duration(kLivePause) : Clock::duration(kPlainPause))) {
    return false;
  }
  drawn_ = now;
  return true;
}

void Progress::draw(std::string_view details, std::string_view tail, bool last) {
  const double fraction = static_cast<double>(done_) / static_cast<double>(total_);
  const std::string time = last ? fmt::format("{}", short_duration(seconds()))
                                : fmt::format("{} left", short_duration(seconds_left()));
  if (!live_) {
    fmt::print(stream_, "{} {:3.0f}%  {}{}{}{}\n", label_, 100 * fraction, details,
               details.empty() ? "" : "  ", time, tail);
    std::fflush(stream_);
    return;
  }
  fmt::print(stream_, "\r\033[K{} {} {:3.0f}%  {}{}{}{}{}", label_,
             progress_bar(fraction, kBarColumns, true), 100 * fraction, details,
             details.empty() ? "" : "  ", time, tail, last ? "\n" : "");
  std::fflush(stream_);
  line_open_ = !last;
}

}  // namespace ag
