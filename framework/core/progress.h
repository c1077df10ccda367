// Progress of long work: one live line on a terminal, a plain line now and then elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "framework/core/terminal.h"

namespace ag {

// A bar of `width` columns, `fraction` in [0, 1] of it filled: "━━━━╸━━━" with the rest dimmed when
// `colour`.
std::string progress_bar(double fraction, int width, bool colour);

// Draws `label ━━━━ 58% details  0:07 left`. One thread. Drawing is limited to ten times a second
// on a terminal and to one line every ten seconds elsewhere, so update() is cheap enough for every
// item. On a narrow terminal the bar shrinks, then the details are cut, then the line: it never
// wraps, for what has wrapped can't be redrawn. NO_COLOR (no-color.org) is heeded.
class Progress {
 public:
  Progress(std::string label, std::int64_t total, std::FILE* stream = stderr);
  ~Progress();  // ends the live line, so that what is printed next starts on a line of its own
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `tail` stands behind the time that is left.
  void update(std::int64_t done, std::string_view details = "", std::string_view tail = "");
  // Draws once more whatever the limit says, and ends the line. Called at most once.
  void finish(std::string_view details = "");
  // Takes the live line away, as if it had never been there.
  void clear();

  double seconds() const;  // since construction
  // By the mean speed since the first update; infinite before the second.
  double seconds_left() const;

 private:
  bool due();
  void draw(std::string_view details, std::string_view tail, bool last);
  std::string live_line(std::string_view details, const std::string& time) const;

  std::string label_;
  std::int64_t total_;
  std::int64_t done_ = 0;
  std::int64_t first_done_ = -1;  // at the first update: work may be taken up in the middle
  std::FILE* stream_;
  bool live_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point first_update_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace ag
