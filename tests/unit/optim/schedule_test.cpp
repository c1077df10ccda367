#include "framework/optim/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace ag::optim {
namespace {

constexpr double kRounding = 1e-15;

OptimizerConfig with_lr(double lr) {
  OptimizerConfig optimizer;
  optimizer.lr = lr;
  return optimizer;
}

ScheduleConfig named(const char* name) {
  ScheduleConfig schedule;
  schedule.name = name;
  return schedule;
}

TEST(Schedule, constant_is_constant) {
  for (const std::int64_t step : {0, 1, 99}) {
    const Hyper hyper = schedule_at(named("constant"), with_lr(0.1), step, 10, 100);
    EXPECT_EQ(hyper.lr, 0.1);
    EXPECT_EQ(hyper.momentum, 0.9);
  }
}

TEST(Schedule, exponential_falls_once_an_epoch) {
  ScheduleConfig schedule = named("exponential");
  schedule.rate = 0.9;
  for (std::int64_t step = 0; step < 40; ++step) {
    EXPECT_NEAR(schedule_at(schedule, with_lr(0.1), step, 10, 40).lr,
                0.1 * std::pow(0.9, std::floor(static_cast<double>(step) / 10)), kRounding);
  }
}

TEST(Schedule, smooth_exponential_falls_at_every_step_and_as_far_an_epoch) {
  ScheduleConfig schedule = named("exponential");
  schedule.rate = 0.9;
  schedule.smooth = true;
  for (std::int64_t step = 0; step < 40; ++step) {
    EXPECT_NEAR(schedule_at(schedule, with_lr(0.1), step, 10, 40).lr,
                0.1 * std::pow(0.9, static_cast<double>(step) / 10), kRounding);
  }
}

TEST(Schedule, step_falls_every_so_many_epochs_and_stops_at_the_least) {
  ScheduleConfig schedule = named("step");
  schedule.rate = 0.1;
  schedule.step_epochs = 2;
  schedule.min_lr = 0.005;
  const std::vector<double> epochs = {0.1, 0.1, 0.01, 0.01, 0.005, 0.005};
  for (std::int64_t step = 0; step < 18; ++step) {
    EXPECT_NEAR(schedule_at(schedule, with_lr(0.1), step, 3, 18).lr,
                epochs[static_cast<std::size_t>(step / 3)], kRounding);
  }
}

// torch.optim.lr_scheduler.CosineAnnealingLR(T_max=8, eta_min=0.01) of PyTorch 2.11, LR 0.1.
TEST(Schedule, cosine_is_pytorchs) {
  ScheduleConfig schedule = named("cosine");
  schedule.min_lr = 0.01;
  const std::vector<double> expected = {
      0.1,   0.0965745789630079,  0.08681980515339463,  0.07222075445642905,
      0.055, 0.03777924554357096, 0.023180194846605363, 0.013425421036992097};
  for (std::int64_t step = 0; step < 8; ++step) {
    EXPECT_NEAR(schedule_at(schedule, with_lr(0.1), step, 2, 8).lr,
                expected[static_cast<std::size_t>(step)], kRounding);
  }
}

// OneCycleLR(max_lr=0.1, total_steps=20) of PyTorch 2.11: learning rate and momentum.
TEST(Schedule, one_cycle_is_pytorchs_step_for_step) {
  const std::vector<Hyper> expected = {{0.0040000000000000036, 0.95},
                                       {0.013167184270002533, 0.9404508497187474},
                                       {0.037167184270002526, 0.9154508497187474},
                                       {0.06683281572999747, 0.8845491502812526},
                                       {0.09083281572999748, 0.8595491502812526},
                                       {0.1, 0.85},
                                       {0.09874640062350874, 0.8512536043909088},
                                       {0.09504846320134738, 0.854951556604879},
                                       {0.089091617757105, 0.8609084258765984},
                                       {0.0811745653949763, 0.8688255099070633},
                                       {0.07169430017913009, 0.878305813044122},
                                       {0.06112620219362893, 0.8888739533021842},
                                       {0.0500002, 0.9},
                                       {0.03887419780637107, 0.9111260466978157},
                                       {0.028306099820869922, 0.9216941869558779},
                                       {0.0188258346050237, 0.9311744900929366},
                                       {0.010908782242895003, 0.9390915741234015},
                                       {0.004951936798652629, 0.945048443395121},
                                       {0.0012539993764912555, 0.9487463956090911},
                                       {4e-07, 0.95}};
  for (std::int64_t step = 0; step < 20; ++step) {
    const Hyper hyper = schedule_at(named("one_cycle"), with_lr(0.1), step, 4, 20);
    EXPECT_NEAR(hyper.lr, expected[static_cast<std::size_t>(step)].lr, kRounding) << step;
    EXPECT_NEAR(hyper.momentum, expected[static_cast<std::size_t>(step)].momentum, kRounding);
  }
}

// OneCycleLR(max_lr=0.1, total_steps=7, pct_start=0.4, div_factor=10, final_div_factor=100,
// base_momentum=0.8, max_momentum=0.9): the top lies between two steps.
TEST(Schedule, one_cycle_is_pytorchs_when_its_top_lies_between_two_steps) {
  ScheduleConfig schedule = named("one_cycle");
  schedule.pct_start = 0.4;
  schedule.div_factor = 10;
  schedule.final_div_factor = 100;
  schedule.base_momentum = 0.8;
  schedule.max_momentum = 0.9;
  const std::vector<Hyper> expected = {{0.009999999999999995, 0.9},
                                       {0.06281416799501185, 0.8413175911166535},
                                       {0.09944209976994517, 0.8005584586887436},
                                       {0.08119331560284375, 0.8188255099070634},
                                       {0.046317231825358116, 0.8537365046793213},
                                       {0.013434059002100174, 0.8866525935914913},
                                       {0.0001, 0.9}};
  for (std::int64_t step = 0; step < 7; ++step) {
    const Hyper hyper = schedule_at(schedule, with_lr(0.1), step, 7, 7);
    EXPECT_NEAR(hyper.lr, expected[static_cast<std::size_t>(step)].lr, kRounding) << step;
    EXPECT_NEAR(hyper.momentum, expected[static_cast<std::size_t>(step)].momentum, kRounding);
  }
}

// Sums over OneCycleLR(max_lr=0.1, total_steps=1000) of PyTorch 2.11.
TEST(Schedule, one_cycle_stays_pytorchs_over_a_long_run) {
  double lr = 0;
  double momentum = 0;
  for (std::int64_t step = 0; step < 1000; ++step) {
    const Hyper hyper = schedule_at(named("one_cycle"), with_lr(0.1), step, 50, 1000);
    lr += hyper.lr;
    momentum += hyper.momentum;
  }
  EXPECT_NEAR(lr, 50.55014020000004, 1e-11);
  EXPECT_NEAR(momentum, 900.0499999999993, 1e-10);
}

TEST(Schedule, one_cycle_cycles_beta1_of_adamw_and_leaves_no_momentum_at_zero) {
  OptimizerConfig optimizer = with_lr(0.1);
  optimizer.name = "adamw";
  EXPECT_NEAR(schedule_at(named("one_cycle"), optimizer, 5, 4, 20).momentum, 0.85, kRounding);
  optimizer.name = "sgd";
  optimizer.momentum = 0;
  EXPECT_EQ(schedule_at(named("one_cycle"), optimizer, 5, 4, 20).momentum, 0);
  ScheduleConfig still = named("one_cycle");
  still.cycle_momentum = false;
  EXPECT_NEAR(schedule_at(still, with_lr(0.1), 5, 4, 20).momentum, 0.9, kRounding);
}

// 1.5 epochs of 4 steps are 6 steps of warm-up; what follows is the schedule of the other 14 steps.
TEST(Schedule, warm_up_climbs_in_a_straight_line_and_the_schedule_spans_the_rest) {
  for (const char* name : {"constant", "step", "exponential", "cosine", "one_cycle"}) {
    const ScheduleConfig plain = named(name);
    ScheduleConfig warmed = plain;
    warmed.warmup_epochs = 1.5;
    const OptimizerConfig optimizer = with_lr(0.1);
    const double first = schedule_at(plain, optimizer, 0, 4, 14).lr;
    for (std::int64_t step = 0; step < 6; ++step) {
      EXPECT_NEAR(schedule_at(warmed, optimizer, step, 4, 20).lr,
                  first * static_cast<double>(step + 1) / 7, kRounding)
          << name;
    }
    for (std::int64_t step = 6; step < 20; ++step) {
      const Hyper hyper = schedule_at(warmed, optimizer, step, 4, 20);
      const Hyper expected = schedule_at(plain, optimizer, step - 6, 4, 14);
      EXPECT_EQ(hyper.lr, expected.lr) << name;
      EXPECT_EQ(hyper.momentum, expected.momentum) << name;
    }
  }
}

TEST(Schedule, a_run_of_one_step_or_all_warm_up_has_a_learning_rate) {
  for (const char* name : {"constant", "step", "exponential", "cosine", "one_cycle"}) {
    ScheduleConfig schedule = named(name);
    for (const double warmup : {0.0, 1.0, 100.0}) {
      schedule.warmup_epochs = warmup;
      for (const std::int64_t step : {0, 1}) {
        const double lr = schedule_at(schedule, with_lr(0.1), step, 1, 1).lr;
        EXPECT_GT(lr, 0) << name;
        EXPECT_LE(lr, 0.1) << name;
      }
    }
  }
}

TEST(Schedule, steps_after_the_last_get_what_the_last_got) {
  for (const char* name : {"step", "exponential", "cosine", "one_cycle"}) {
    EXPECT_EQ(schedule_at(named(name), with_lr(0.1), 1000, 4, 20).lr,
              schedule_at(named(name), with_lr(0.1), 19, 4, 20).lr);
  }
}

}  // namespace
}  // namespace ag::optim
