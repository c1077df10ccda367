#include "framework/train/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/config_complaint.h"

namespace ag::train {
namespace {

using ::testing::HasSubstr;

// Of an experiment that has a data set.
std::string complaint(std::vector<std::string> assignments) {
  assignments.insert(assignments.begin(), "dataset.path=faces");
  return test::complaint<Experiment>(assignments);
}

TEST(Experiment, is_valid_with_nothing_but_a_data_set) {
  EXPECT_EQ(complaint({}), "");
}

TEST(Experiment, refuses_a_least_learning_rate_above_the_optimisers) {
  EXPECT_EQ(complaint({"optimizer.lr=2", "schedule.min_lr=1"}), "");
  EXPECT_THAT(complaint({"schedule.min_lr=1"}),
              HasSubstr("schedule.min_lr must not be above optimizer.lr"));
  EXPECT_EQ(complaint({"plateau.min_lr=1"}), "");
  EXPECT_THAT(complaint({"plateau.metric=val/loss", "plateau.min_lr=1"}),
              HasSubstr("plateau.min_lr must not be above optimizer.lr"));
}

TEST(Experiment, watches_any_metric_of_an_epoch_for_a_plateau) {
  for (const char* metric : {"val/loss", "val/gender_accuracy", "train/age_mae",
                             "train/images_per_second", "system/data_wait_share"}) {
    EXPECT_EQ(complaint({std::string("plateau.metric=") + metric}), "");
  }
}

TEST(Experiment, refuses_a_plateaus_metric_that_no_epoch_has) {
  const std::string strange = complaint({"plateau.metric=val/mae"});
  EXPECT_THAT(strange, HasSubstr("plateau.metric is val/mae, but must be one of train/loss, "));
  EXPECT_THAT(strange, HasSubstr(", val/age_mae, "));
  EXPECT_THAT(complaint({"plateau.metric=val/age_mea"}), HasSubstr("did you mean 'val/age_mae'?"));
}

}  // namespace
}  // namespace ag::train
