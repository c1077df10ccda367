#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/nn/loss.h"
#include "framework/nn/model_config.h"
#include "tests/support/config_complaint.h"

namespace ag::nn {
namespace {

using test::complaint;

TEST(ModelConfig, takes_every_width_that_keras_takes_and_refuses_what_cannot_be) {
  EXPECT_EQ(complaint<ModelConfig>({"width=2", "dropout=0", "hidden=1", "bn_momentum=0.99"}), "");
  EXPECT_THAT(complaint<ModelConfig>({"width=0"}), ::testing::HasSubstr("width"));
  EXPECT_THAT(complaint<ModelConfig>({"width=2.1"}), ::testing::HasSubstr("width"));
  EXPECT_THAT(complaint<ModelConfig>({"dropout=1"}), ::testing::HasSubstr("dropout"));
  EXPECT_THAT(complaint<ModelConfig>({"hidden=0"}), ::testing::HasSubstr("hidden"));
  EXPECT_THAT(complaint<ModelConfig>({"bn_momentum=1"}), ::testing::HasSubstr("bn_momentum"));
  EXPECT_THAT(complaint<ModelConfig>({"name=mobilenet_v9"}), ::testing::HasSubstr("mobilenet_v1"));
}

TEST(LossConfig, wants_a_weight_on_one_head_at_least) {
  EXPECT_EQ(complaint<LossConfig>({"age_weight=0"}), "");
  EXPECT_THAT(complaint<LossConfig>({"age_weight=0", "gender_weight=0"}),
              ::testing::HasSubstr("age_weight"));
  EXPECT_THAT(complaint<LossConfig>({"gender_weight=-1"}), ::testing::HasSubstr("gender_weight"));
  EXPECT_THAT(complaint<LossConfig>({"age=guess"}), ::testing::HasSubstr("cross_entropy"));
}

TEST(LossConfig, wants_a_weight_for_every_age_band) {
  EXPECT_EQ(complaint<LossConfig>({"age_band_edges=[13, 18]", "age_band_weights=[4, 2, 1]"}), "");
  EXPECT_EQ(complaint<LossConfig>({"age_band_weights=[2]"}), "");
  EXPECT_THAT(complaint<LossConfig>({"age_band_edges=[13, 18]"}),
              ::testing::HasSubstr("age_band_weights must be one number more"));
  EXPECT_THAT(complaint<LossConfig>({"age_band_edges=[13]", "age_band_weights=[4, -1]"}),
              ::testing::HasSubstr("age_band_weights"));
  EXPECT_THAT(complaint<LossConfig>({"age_band_edges=[18, 13]", "age_band_weights=[4, 2, 1]"}),
              ::testing::HasSubstr("age_band_edges must rise"));
}

TEST(LossConfig, smooths_labels_of_classes_alone) {
  EXPECT_EQ(complaint<LossConfig>({"age=dldl", "age_label_smoothing=0.1"}), "");
  EXPECT_THAT(complaint<LossConfig>({"age=regression", "age_label_smoothing=0.1"}),
              ::testing::HasSubstr("age_label_smoothing"));
  EXPECT_THAT(complaint<LossConfig>({"gender_label_smoothing=1"}),
              ::testing::HasSubstr("gender_label_smoothing"));
}

TEST(LossConfig, tells_what_the_age_head_must_give) {
  EXPECT_EQ(age_outputs(age_output({})), 101);
  EXPECT_EQ(age_outputs(age_output({.age = "dldl"})), 101);
  EXPECT_EQ(age_outputs(age_output({.age = "ordinal", .ordinal = "or_cnn"})), 100);
  EXPECT_EQ(age_output({.age = "ordinal"}), AgeOutput::kSharedThresholds);
  EXPECT_EQ(age_outputs(age_output({.age = "regression"})), 1);
}

}  // namespace
}  // namespace ag::nn
