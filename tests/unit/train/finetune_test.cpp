#include "framework/train/finetune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "framework/core/error.h"
#include "framework/train/optimized_parameters.h"
#include "tests/support/config_complaint.h"

namespace ag::train {
namespace {

using test::complaint;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::int64_t> frozen_in_epochs(const FinetuneConfig& config, std::int64_t epochs) {
  std::vector<std::int64_t> stages;
  for (std::int64_t e = 0; e < epochs; ++e) stages.push_back(frozen_stages_at(config, e));
  return stages;
}

// A stem, two stages and a head; the stem has a bias.
std::vector<nn::NamedTensor> network() {
  using nn::TensorKind;
  return {{"stem.weight", at::zeros({1}), TensorKind::kWeight, 0},
          {"stem.bias", at::zeros({1}), TensorKind::kBias, 0},
          {"blocks.0.weight", at::zeros({1}), TensorKind::kWeight, 1},
          {"blocks.1.weight", at::zeros({1}), TensorKind::kWeight, 2},
          {"head.weight", at::zeros({1}), TensorKind::kWeight, nn::kHeadStage}};
}

TEST(Finetune, without_a_word_nothing_is_frozen) {
  EXPECT_THAT(frozen_in_epochs({}, 3), ElementsAre(0, 0, 0));
}

TEST(Finetune, freezes_for_good_where_no_epoch_is_given) {
  EXPECT_THAT(frozen_in_epochs({.frozen_stages = 3}, 3), ElementsAre(3, 3, 3));
}

TEST(Finetune, thaws_all_at_once_after_an_epoch) {
  EXPECT_THAT(frozen_in_epochs({.frozen_stages = 3, .unfreeze_epoch = 2}, 4),
              ElementsAre(3, 3, 0, 0));
}

TEST(Finetune, thaws_one_by_one_from_the_top) {
  EXPECT_THAT(frozen_in_epochs({.frozen_stages = 3, .unfreeze_epoch = 1, .unfreeze_every = 2}, 8),
              ElementsAre(3, 2, 2, 1, 1, 0, 0, 0));
}

// The optimiser moves a parameter in exactly the steps in whose epoch its stage isn't frozen.
TEST(Finetune, moves_a_parameter_from_the_first_step_of_its_stages_first_epoch) {
  constexpr std::int64_t kSteps = 7;  // in an epoch
  const std::vector<nn::NamedTensor> parameters = network();
  for (const FinetuneConfig& config :
       {FinetuneConfig{}, FinetuneConfig{.frozen_stages = 2},
        FinetuneConfig{.frozen_stages = 3, .unfreeze_epoch = 2},
        FinetuneConfig{.frozen_stages = 3, .unfreeze_epoch = 1, .unfreeze_every = 2}}) {
    const auto list = optimized_parameters(config, parameters, kSteps);
    ASSERT_EQ(list.size(), parameters.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (std::int64_t step = 0; step < 8 * kSteps; ++step) {
        const bool frozen = parameters[i].stage != nn::kHeadStage &&
                            parameters[i].stage < frozen_stages_at(config, step / kSteps);
        EXPECT_EQ(step >= list[i].first_step, !frozen) << list[i].name << " at " << step;
      }
    }
  }
}

TEST(Finetune, slows_the_trunk_and_keeps_decay_for_weights) {
  const auto list = optimized_parameters({.backbone_lr = 0.1}, network(), 1);
  EXPECT_EQ(list[0].lr_factor, 0.1);
  EXPECT_EQ(list[3].lr_factor, 0.1);
  EXPECT_EQ(list[4].lr_factor, 1);
  EXPECT_TRUE(list[0].decays);
  EXPECT_FALSE(list[1].decays);
}

TEST(Finetune, the_head_is_in_no_stage) {
  EXPECT_EQ(in_first_stages(network(), 0).size(), 0u);
  EXPECT_EQ(in_first_stages(network(), 1).size(), 2u);
  EXPECT_EQ(in_first_stages(network(), 3).size(), 4u);
}

TEST(Finetune, refuses_more_stages_than_there_are) {
  EXPECT_NO_THROW(check_stages({.frozen_stages = 3}, network()));
  EXPECT_THROW(check_stages({.frozen_stages = 4}, network()), Error);
}

TEST(Finetune, refuses_to_thaw_what_is_not_frozen) {
  EXPECT_EQ(complaint<FinetuneConfig>({"frozen_stages=2", "unfreeze_epoch=1", "unfreeze_every=1"}),
            "");
  EXPECT_THAT(complaint<FinetuneConfig>({"unfreeze_epoch=1"}), HasSubstr("frozen_stages"));
  EXPECT_THAT(complaint<FinetuneConfig>({"frozen_stages=2", "unfreeze_every=1"}),
              HasSubstr("unfreeze_epoch"));
  EXPECT_THAT(complaint<FinetuneConfig>({"backbone_lr=-1"}), HasSubstr("backbone_lr"));
}

}  // namespace
}  // namespace ag::train
