#include "framework/train/model_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ag::train {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ModelCard : public ::testing::Test {
 protected:
  void SetUp() override {
    experiment_.name = "tiny";
    dataset_.name = "faces";
    dataset_.licence = "research use only";
    dataset_.counts = {1000, 250, 0};
    dataset_.options = {{"split", "person"}};
    metrics_.epoch = 7;
    metrics_.step = 70;
    metrics_.add("val/age_mae", 6.25);
    metrics_.add("val/gender_accuracy", 0.875);
    set(0, 3, {40, 200, -20, 30});  // female, 20-29
    set(1, 3, {10, 80, 30, 9});     // male, 20-29
  }

  void set(std::size_t gender, std::size_t band,
           const std::array<double, nn::GroupSums::kSize>& sums) {
    for (std::size_t i = 0; i < sums.size(); ++i)
      groups_.values[(gender * nn::GroupSums::kBands + band) * nn::GroupSums::kSize + i] = sums[i];
  }

  std::string card() const {
    return model_card({experiment_, dataset_, nn::Summary{}, metrics_, groups_, "7f3a"});
  }

  Experiment experiment_;
  data::DatasetInfo dataset_;
  EpochMetrics metrics_;
  nn::GroupSums groups_;
};

TEST_F(ModelCard, tells_each_group_its_means_and_the_groups_together) {
  EXPECT_THAT(card(), HasSubstr("| female | 20-29 | 40 | 5.00 | -0.50 | 75.0% |"));
  EXPECT_THAT(card(), HasSubstr("| male | 20-29 | 10 (few) | 8.00 | +3.00 | 90.0% |"));
  EXPECT_THAT(card(), HasSubstr("| both | 20-29 | 50 | 5.60 | +0.20 | 78.0% |"));
  EXPECT_THAT(card(), HasSubstr("| **both** | **all** | 50 | 5.60 | +0.20 | 78.0% |"));
  EXPECT_THAT(card(), HasSubstr("| male | 70+ | 0 | | | |"));
}

TEST_F(ModelCard, tells_what_was_measured_when_and_on_what) {
  EXPECT_THAT(card(), HasSubstr("after epoch 7 (step 70)"));
  EXPECT_THAT(card(), HasSubstr("mean age error, years: 6.25"));
  EXPECT_THAT(card(), HasSubstr("gender right: 87.5%"));
  EXPECT_THAT(card(), HasSubstr("licence: research use only"));
  EXPECT_THAT(card(), HasSubstr("1,000 to train, 250 to validate"));
  EXPECT_THAT(card(), HasSubstr("name: tiny"));
}

TEST_F(ModelCard, says_what_it_is_not_for) {
  EXPECT_THAT(card(), HasSubstr("**Identifying people**"));
  EXPECT_THAT(card(), HasSubstr("**Decisions about a person**"));
}

TEST_F(ModelCard, a_licence_that_nobody_told_is_asked_for) {
  dataset_.licence.reset();
  EXPECT_THAT(card(), HasSubstr("licence: **not told**"));
}

TEST_F(ModelCard, a_split_by_picture_is_said_to_flatter) {
  dataset_.options = {{"split", "image"}};
  EXPECT_THAT(card(), HasSubstr("flatter"));
  EXPECT_THAT(card(), Not(HasSubstr("on one side")));
}

}  // namespace
}  // namespace ag::train
