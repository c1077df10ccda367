// How the learning rate and the momentum go over a run: a pure function of the step, so that
// resuming needs one integer and no replay.
//
// A run of T = total_steps steps begins with W = round(warmup_epochs * steps_per_epoch) steps of
// warm-up; the schedule proper spans the T - W steps after it, with its own clock t = step - W. In
// the warm-up the learning rate climbs in a straight line to the schedule's value at t = 0:
// (step + 1) / (W + 1) of it. With e = t / steps_per_epoch, lr the optimiser's and n = T - W:
//
//   constant     lr
//   step         lr * rate^floor(e / step_epochs)
//   exponential  lr * rate^floor(e), or lr * rate^e when smooth
//   cosine       min_lr + (lr - min_lr) * (1 + cos(pi t / n)) / 2   (Loshchilov and Hutter, 2017)
//   one_cycle    lr / div_factor up to lr, then down to lr / div_factor / final_div_factor, both by
//                half a cosine, while the momentum goes from max_momentum to base_momentum and back
//                (Smith and Topin, 2018; step for step torch.optim.lr_scheduler.OneCycleLR)
//
// step and exponential don't go below min_lr.
#pragma once

#include <cstdint>

#include "framework/optim/hyper.h"
#include "framework/optim/optimizer_config.h"
#include "framework/optim/schedule_config.h"

namespace ag::optim {

// The learning rate and momentum of step `step`, counted from 0 over the whole run. Steps from
// `total_steps` on get what the last step got. `steps_per_epoch` >= 1, `total_steps` >= 1.
//
// A momentum of 0 stays 0 whatever the schedule: plain SGD has no buffer to cycle.
Hyper schedule_at(const ScheduleConfig& schedule, const OptimizerConfig& optimizer,
                  std::int64_t step, std::int64_t steps_per_epoch, std::int64_t total_steps);

}  // namespace ag::optim
