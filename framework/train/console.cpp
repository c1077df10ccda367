#include "framework/train/console.h"

#include <fmt/format.h>

#include <cmath>

#include "framework/core/text.h"

namespace ag::train {
namespace {

std::string percent(double share) {
  return fmt::format("{:.0f}%", 100 * share);
}

}  // namespace

Console::Console(bool enabled, std::FILE* stream) : enabled_(enabled), stream_(stream) {}

void Console::line(const std::string& text) {
  if (!enabled_) return;
  end_live_line();
  fmt::print(stream_, "{}\n", text);
  std::fflush(stream_);
}

void Console::step(const StepView& view) {
  if (!enabled_) return;
  open(fmt::format("epoch {:>{}}/{}", view.epoch, fmt::formatted_size("{}", view.epochs),
                   view.epochs),
       view.steps);
  progress_->update(view.step,
                    fmt::format("loss {:.3f}  lr {:.1e}  {} img/s  data {}  comm {}", view.loss,
                                view.lr, with_thousands(std::llround(view.images_per_second)),
                                percent(view.data_wait_share), percent(view.comm_wait_share)),
                    fmt::format(", all {}", short_duration(view.run_seconds_left)));
}

void Console::validation(std::int64_t epoch, std::int64_t epochs, std::int64_t done,
                         std::int64_t total) {
  if (!enabled_) return;
  open(fmt::format("epoch {:>{}}/{}", epoch, fmt::formatted_size("{}", epochs), epochs) + " val",
       total);
  progress_->update(done, "validating");
}

void Console::end_live_line() {
  if (progress_) progress_->clear();
  progress_.reset();
  label_.clear();
}

void Console::open(const std::string& label, std::int64_t total) {
  if (progress_ && label == label_) return;
  end_live_line();
  label_ = label;
  progress_ = std::make_unique<Progress>(label, total, stream_);
}

}  // namespace ag::train
