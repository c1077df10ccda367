#include "framework/core/metric_direction.h"

#include <gtest/gtest.h>

#include <limits>

namespace ag {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(MetricDirection, losses_errors_and_times_should_fall) {
  for (const char* metric :
       {"train/loss", "val/age_loss", "val/gender_loss", "val/age_mae", "val/guess_age_mae",
        "system/epoch_seconds", "system/data_wait", "loss", "system/memory_bytes",
        "val@imdb/gender_ece", "val@imdb/gender_brier", "val@imdb/age_range80"}) {
    EXPECT_TRUE(lower_is_better(metric)) << metric;
  }
}

TEST(MetricDirection, accuracies_and_rates_should_rise) {
  for (const char* metric :
       {"val/gender_accuracy", "val/age_accuracy", "val/age_cs5", "train/images_per_second",
        "val/guess_gender_accuracy", "loss/age_accuracy", "val/glossy", ""}) {
    EXPECT_FALSE(lower_is_better(metric)) << metric;
  }
}

TEST(MetricDirection, better_is_strict_and_a_number_beats_nan) {
  EXPECT_TRUE(is_better("val/age_mae", 7.4, 7.5));
  EXPECT_FALSE(is_better("val/age_mae", 7.5, 7.5));
  EXPECT_TRUE(is_better("val/gender_accuracy", 0.8, 0.7));
  EXPECT_FALSE(is_better("val/gender_accuracy", 0.7, 0.8));
  EXPECT_TRUE(is_better("val/age_mae", 99, kNan));
  EXPECT_FALSE(is_better("val/age_mae", kNan, 99));
  EXPECT_FALSE(is_better("val/age_mae", kNan, kNan));
}

}  // namespace
}  // namespace ag
