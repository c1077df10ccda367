#include "framework/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ag::optim {
namespace {

// Where a step stands in the schedule proper, after the warm-up.
struct Clock {
  std::int64_t step = 0;   // from 0
  std::int64_t steps = 1;  // of the schedule proper, at least 1
  double epoch = 0;        // step in epochs, with its fraction
};

// `from` at fraction 0, `to` at fraction 1, half a cosine between.
double cosine_between(double from, double to, double fraction) {
  return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * fraction));
}

// The same momentum throughout, where nothing cycles it.
double steady_momentum(const OptimizerConfig& optimizer) {
  return optimizer.name == "adamw" ? optimizer.beta1 : optimizer.momentum;
}

Hyper one_cycle(const ScheduleConfig& schedule, const OptimizerConfig& optimizer,
                const Clock& clock) {
  const double first_lr = optimizer.lr / schedule.div_factor;
  const double last_lr = first_lr / schedule.final_div_factor;
  const double steady = steady_momentum(optimizer);
  const bool cycles = schedule.cycle_momentum && steady > 0;
  const double low = cycles ? schedule.base_momentum : steady;
  const double high = cycles ? schedule.max_momentum : steady;

  const auto step = static_cast<double>(clock.step);
  const auto last = static_cast<double>(clock.steps - 1);
  const double top = schedule.pct_start * static_cast<double>(clock.steps) - 1;
  if (step <= top) {
    const double fraction = top > 0 ? step / top : 1;
    return {cosine_between(first_lr, optimizer.lr, fraction), cosine_between(high, low, fraction)};
  }
  const double fraction = last > top ? (step - top) / (last - top) : 1;
  return {cosine_between(optimizer.lr, last_lr, fraction), cosine_between(low, high, fraction)};
}

double cosine(const ScheduleConfig& schedule, double lr, const Clock& clock) {
  const double fraction = static_cast<double>(clock.step) / static_cast<double>(clock.steps);
  return cosine_between(lr, std::min(schedule.min_lr, lr), fraction);
}

// lr * rate^exponent, not below min_lr.
double decayed(const ScheduleConfig& schedule, double lr, double exponent) {
  return std::max(lr * std::pow(schedule.rate, exponent), std::min(schedule.min_lr, lr));
}

Hyper after_warmup(const ScheduleConfig& schedule, const OptimizerConfig& optimizer,
                   const Clock& clock) {
  if (schedule.name == "one_cycle") return one_cycle(schedule, optimizer, clock);
  double lr = optimizer.lr;
  if (schedule.name == "step") {
    lr = decayed(schedule, lr, std::floor(clock.epoch / schedule.step_epochs));
  } else if (schedule.name == "exponential") {
    lr = decayed(schedule, lr, schedule.smooth ? clock.epoch : std::floor(clock.epoch));
  } else if (schedule.name == "cosine") {
    lr = cosine(schedule, lr, clock);
  }
  return {lr, steady_momentum(optimizer)};
}

}  // namespace

Hyper schedule_at(const ScheduleConfig& schedule, const OptimizerConfig& optimizer,
                  std::int64_t step, std::int64_t steps_per_epoch, std::int64_t total_steps) {
  const std::int64_t at = std::clamp<std::int64_t>(step, 0, total_steps - 1);
  const std::int64_t warmup = std::min<std::int64_t>(
      std::llround(schedule.warmup_epochs * static_cast<double>(steps_per_epoch)), total_steps);
  Clock clock;
  clock.step = std::max<std::int64_t>(at - warmup, 0);
  clock.steps = std::max<std::int64_t>(total_steps - warmup, 1);
  clock.epoch = static_cast<double>(clock.step) / static_cast<double>(steps_per_epoch);
  Hyper hyper = after_warmup(schedule, optimizer, clock);
  if (at < warmup) hyper.lr *= static_cast<double>(at + 1) / static_cast<double>(warmup + 1);
  return hyper;
}

}  // namespace ag::optim
