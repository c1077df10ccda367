#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "framework/optim/optimizer_config.h"
#include "framework/optim/plateau_config.h"
#include "framework/optim/schedule_config.h"
#include "tests/support/config_complaint.h"

namespace ag::optim {
namespace {
using ::testing::HasSubstr;

struct Sections {
  OptimizerConfig optimizer;
  ScheduleConfig schedule;
  PlateauConfig plateau;
  void visit(config::Visitor& v) {
    v.section("optimizer", optimizer, "");
    v.section("schedule", schedule, "");
    v.section("plateau", plateau, "");
  }
};

std::string complaint(const std::vector<std::string>& assignments) {
  return test::complaint<Sections>(assignments);
}

TEST(OptimConfig, the_defaults_and_common_settings_are_valid) {
  EXPECT_EQ(complaint({}), "");
  EXPECT_EQ(complaint({"optimizer.nesterov=true", "optimizer.momentum=0.9",
                       "schedule.name=one_cycle", "schedule.warmup_epochs=0.5"}),
            "");
  EXPECT_EQ(complaint({"plateau.metric=val/loss", "plateau.min_lr=1.0e-6"}), "");
}

TEST(OptimConfig, values_that_cannot_train_are_refused_with_their_key) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> faults = {
      {{"optimizer.name=sdg"}, "optimizer.name is sdg"},
      {{"optimizer.lr=0"}, "optimizer.lr is 0"},
      {{"optimizer.lr=.nan"}, "optimizer.lr is .nan"},
      {{"optimizer.momentum=1"}, "optimizer.momentum is 1"},
      {{"optimizer.nesterov=true", "optimizer.momentum=0"}, "optimizer.nesterov needs a momentum"},
      {{"optimizer.nesterov=true", "optimizer.name=adamw"}, "optimizer.nesterov is for sgd alone"},
      {{"schedule.name=linear"}, "schedule.name is linear"},
      {{"schedule.rate=1.1"}, "schedule.rate is 1.1"},
      {{"schedule.base_momentum=0.97"}, "schedule.base_momentum must not be above max_momentum"},
      {{"plateau.factor=1"}, "plateau.factor is 1"},
      {{"plateau.patience=0"}, "plateau.patience is 0"},
  };
  for (const auto& [assignments, fault] : faults) {
    EXPECT_THAT(complaint(assignments), HasSubstr(fault));
  }
}

}  // namespace
}  // namespace ag::optim
