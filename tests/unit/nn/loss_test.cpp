#include "framework/nn/loss.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "framework/core/error.h"

namespace ag::nn {
namespace {

// Three rows, of which the last is filled up with what would ruin everything.
//   0: ages all alike, so that the expectation is 50; age 46; genders 1 : 3, of which it is the 3.
//   1: age 10 as likely as the other hundred together, so that the expectation is
//      10 / 2 + (5050 - 10) / 200 = 30.2; age 10; genders 1 : 1, the first of which counts as top.
struct Example {
  at::Tensor age_logits = at::zeros({3, kAges}, at::kDouble);
  at::Tensor gender_logits = at::zeros({3, kGenders}, at::kDouble);
  at::Tensor age = at::tensor({46, 10, 0}, at::kLong);
  at::Tensor gender = at::tensor({1, 0, 0}, at::kLong);

  Example() {
    age_logits[1][10] = std::log(100.0);
    age_logits[2][50] = 1e6;
    gender_logits[0][1] = std::log(3.0);
    for (at::Tensor* tensor : {&age_logits, &gender_logits}) tensor->requires_grad_(true);
  }

  LossResult loss(std::int64_t real, std::int64_t global_real,
                  const LossConfig& config = {}) const {
    return compute_loss({age_logits, gender_logits}, age, gender, real, global_real, config);
  }
};

const double kAgeLoss = std::log(101.0) + std::log(2.0);
const double kGenderLoss = std::log(4.0 / 3.0) + std::log(2.0);

TEST(Loss, is_the_weighted_cross_entropy_of_real_rows_over_their_global_count) {
  const LossConfig config = {.age_weight = 0.5, .gender_weight = 2};
  const double expected = 0.5 * kAgeLoss + 2 * kGenderLoss;
  EXPECT_NEAR(Example().loss(2, 8, config).loss.item<double>(), expected / 8, 1e-14);
  EXPECT_NEAR(Example().loss(2, 8, config).sums()[MetricSums::kLoss], expected, 1e-14);
}

TEST(Loss, sums_what_the_metrics_want) {
  const MetricSums sums = Example().loss(2, 2).sums();
  EXPECT_EQ(sums[MetricSums::kCount], 2);
  EXPECT_NEAR(sums[MetricSums::kAgeLoss], kAgeLoss, 1e-14);
  EXPECT_NEAR(sums[MetricSums::kGenderLoss], kGenderLoss, 1e-14);
  EXPECT_NEAR(sums[MetricSums::kAgeError], (50 - 46) + (30.2 - 10), 1e-12);
  EXPECT_EQ(sums[MetricSums::kAgeWithinFive], 1);
  EXPECT_EQ(sums[MetricSums::kAgeTop1], 1);
  EXPECT_EQ(sums[MetricSums::kGenderTop1], 2);
}

// softmax minus what is right, over the global count.
TEST(Loss, gradients_are_zero_on_rows_that_fill_up) {
  const Example example;
  torch::autograd::backward({example.loss(2, 4).loss}, {});
  const at::Tensor grad = example.age_logits.grad();
  EXPECT_NEAR(grad[0][46].item<double>(), (1.0 / 101 - 1) / 4, 1e-15);
  EXPECT_NEAR(grad[0][45].item<double>(), 1.0 / 101 / 4, 1e-15);
  EXPECT_NEAR(example.gender_logits.grad()[0][0].item<double>(), 0.25 / 4, 1e-15);
  EXPECT_EQ(grad[2].abs().max().item<double>(), 0);
}

TEST(Loss, without_real_rows_is_zero_with_gradients_of_zeros) {
  const Example example;
  const LossResult result = example.loss(0, 3);
  torch::autograd::backward({result.loss}, {});
  EXPECT_EQ(result.loss.item<double>(), 0);
  EXPECT_EQ(result.sums().values, MetricSums().values);
  EXPECT_TRUE(at::equal(example.age_logits.grad(), at::zeros({3, kAges}, at::kDouble)));
}

TEST(Loss, refuses_counts_that_cannot_be_and_unknown_names) {
  EXPECT_THROW(Example().loss(4, 4), Error);
  EXPECT_THROW(Example().loss(2, 1), Error);
  EXPECT_THROW(Example().loss(0, 0), Error);
  EXPECT_THROW(Example().loss(2, 2, {.age = "guess"}), Error);
  EXPECT_THROW(Example().loss(2, 2, {.age = "ordinal"}), Error);
}

// Row 0 is 46 years and weighs 3, row 1 is 10 and weighs 1/2. The count stays the divisor.
TEST(Loss, with_weights_of_age_bands_is_still_over_the_count_and_leaves_gender_and_errors_alone) {
  const LossConfig config = {.age_band_edges = {13}, .age_band_weights = {0.5, 3}};
  const LossResult result = Example().loss(2, 8, config);
  const double age = 3 * std::log(101.0) + 0.5 * std::log(2.0);
  EXPECT_NEAR(result.loss.item<double>(), (age + kGenderLoss) / 8, 1e-14);
  EXPECT_NEAR(result.sums()[MetricSums::kAgeLoss], age, 1e-14);
  EXPECT_NEAR(result.sums()[MetricSums::kGenderLoss], kGenderLoss, 1e-14);
  EXPECT_NEAR(result.sums()[MetricSums::kAgeError], (50 - 46) + (30.2 - 10), 1e-12);
}

// Two ranks with a row each: their losses and gradients add up to those of one with both.
TEST(Loss, with_weights_of_age_bands_adds_up_over_ranks) {
  const LossConfig config = {.age_label_smoothing = 0.1,
                             .gender_label_smoothing = 0.2,
                             .age_band_edges = {13},
                             .age_band_weights = {0.5, 3}};
  const Example both;
  const Example split;
  const LossResult whole = both.loss(2, 2, config);
  torch::autograd::backward({whole.loss}, {});
  double sum = 0;
  for (const std::int64_t row : {0, 1}) {
    const auto part = [row](const at::Tensor& rows) { return rows.narrow(0, row, 1); };
    const LossResult result = compute_loss({part(split.age_logits), part(split.gender_logits)},
                                           part(split.age), part(split.gender), 1, 2, config);
    torch::autograd::backward({result.loss}, {});
    sum += result.loss.item<double>();
  }
  EXPECT_NEAR(sum, whole.loss.item<double>(), 1e-14);
  EXPECT_TRUE(at::allclose(split.age_logits.grad(), both.age_logits.grad(), 1e-13, 1e-15));
  EXPECT_TRUE(at::allclose(split.gender_logits.grad(), both.gender_logits.grad(), 1e-13, 1e-15));
}

// Genders 1 : 3 and 1 : 1, a tenth of each target spread over both.
TEST(Loss, smooths_the_gender_labels) {
  const LossResult result = Example().loss(2, 2, {.gender_label_smoothing = 0.2});
  const double first = -0.9 * std::log(0.75) - 0.1 * std::log(0.25);
  EXPECT_NEAR(result.sums()[MetricSums::kGenderLoss], first + std::log(2.0), 1e-14);
}

// Of 100 thresholds with even odds the expectation is 50, and named is 50: right for the first row.
TEST(Loss, counts_a_rounded_expectation_as_right_where_there_are_no_classes) {
  const LossConfig config = {.age = "ordinal"};
  const at::Tensor age = at::tensor({50, 46}, at::kLong);
  const MetricSums sums = compute_loss({at::zeros({2, kAgeThresholds}, at::kDouble),
                                        at::zeros({2, kGenders}, at::kDouble)},
                                       age, at::tensor({0, 0}, at::kLong), 2, 2, config)
                              .sums();
  EXPECT_EQ(sums[MetricSums::kAgeTop1], 1);
  EXPECT_EQ(sums[MetricSums::kAgeError], 4);
  EXPECT_EQ(sums[MetricSums::kAgeWithinFive], 2);
}

TEST(MetricSums, of_two_batches_add_up_to_named_means) {
  MetricSums first{{2, 8, 6, 2, 10, 1, 0, 2}};
  first += MetricSums{{6, 8, 2, 6, 30, 3, 4, 2}};
  const std::vector<std::pair<std::string, double>> expected = {
      {"val/loss", 2},     {"val/age_loss", 1},      {"val/gender_loss", 1},     {"val/age_mae", 5},
      {"val/age_cs5", .5}, {"val/age_accuracy", .5}, {"val/gender_accuracy", .5}};
  EXPECT_EQ(named_metrics(first, "val"), expected);
}

TEST(MetricSums, have_the_names_of_their_means) {
  const auto metrics = named_metrics({}, "train");
  const std::vector<std::string> names = metric_names("train");
  ASSERT_EQ(names.size(), metrics.size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(names[i], metrics[i].first);
}

TEST(MetricSums, of_no_pictures_have_no_mean) {
  EXPECT_TRUE(std::isnan(named_metrics({}, "val").front().second));
}

}  // namespace
}  // namespace ag::nn
