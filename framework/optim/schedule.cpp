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

void ScheduleConfig::visit(config::Visitor& v) {
  v.field("name", name, config::one_of({"constant", "step", "exponential", "cosine", "one_cycle"}),
          "how the learning rate goes over the run");
  v.field("warmup_epochs", warmup_epochs, config::at_least(0),
          "epochs in which it first climbs in a straight line; may be a fraction");
  v.field("rate", rate, config::above_up_to(0, 1),
          "what it is multiplied with every epoch (exponential) or every step_epochs (step)");
  v.field("step_epochs", step_epochs, config::above(0), "epochs between two falls (step)");
  v.field("smooth", smooth, config::any(),
          "fall a little at every step instead of once an epoch (exponential)");
  v.field("min_lr", min_lr, config::at_least(0),
          "learning rate it doesn't fall below (step, exponential) or ends at (cosine)");
  v.field("pct_start", pct_start, config::between_open(0, 1),
          "share of the run in which it rises (one_cycle)");
  v.field("div_factor", div_factor, config::at_least(1),
          "how many times lower than optimizer.lr it begins (one_cycle)");
  v.field("final_div_factor", final_div_factor, config::at_least(1),
          "how many times lower than it began it ends (one_cycle)");
  v.field("cycle_momentum", cycle_momentum, config::any(),
          "momentum, beta1 for adamw, falls while the learning rate rises (one_cycle)");
  v.field("base_momentum", base_momentum, config::between_open(0, 1),
          "momentum at the highest learning rate (one_cycle)");
  v.field("max_momentum", max_momentum, config::between_open(0, 1),
          "momentum at both ends (one_cycle)");
  v.require(base_momentum <= max_momentum, "base_momentum", "must not be above max_momentum");
}

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
