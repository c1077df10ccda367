// What a person sees of a run: a summary at the start, a live line while it goes, a line per epoch.
//
// On a terminal the live line is redrawn ten times a second; elsewhere it becomes a plain line now
// and then. Rank 0 alone has an enabled console; the calls of the others do nothing.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "framework/core/progress.h"

namespace ag::train {

// What the live line shows of the last steps.
struct StepView {
  std::int64_t epoch = 0;  // from 1
  std::int64_t epochs = 0;
  std::int64_t step = 0;   // of the epoch, done
  std::int64_t steps = 0;  // of the epoch
  double loss = 0;
  double lr = 0;
  double images_per_second = 0;
  double data_wait_share = 0;  // of the time, waiting for pictures
  double comm_wait_share = 0;  // of the time, waiting for other ranks
  double run_seconds_left = 0;
};

class Console {
 public:
  explicit Console(bool enabled, std::FILE* stream = stdout);

  // A line that stays.
  void line(const std::string& text);
  void step(const StepView& view);
  // Validation of `epoch` has done `done` of `total` batches.
  void validation(std::int64_t epoch, std::int64_t epochs, std::int64_t done, std::int64_t total);
  // Ends the live line, so that what is printed next begins on a fresh one.
  void end_live_line();

 private:
  void open(const std::string& label, std::int64_t total);

  bool enabled_;
  std::FILE* stream_;
  std::string label_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace ag::train
