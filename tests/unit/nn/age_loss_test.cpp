#include "framework/nn/age_loss.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "framework/core/error.h"

namespace ag::nn {
namespace {

// Logits without a pattern, from no generator.
at::Tensor outputs_for(const LossConfig& config, std::int64_t rows) {
  const std::int64_t columns = age_outputs(age_output(config));
  const at::Tensor numbers = at::arange(1, rows * columns + 1, at::kDouble).mul_(12.9898).sin_();
  // Regression: ages on both sides of those below, near and far.
  return columns == 1 ? numbers.view({rows, 1}) * 3 + 30 : (numbers * 2).view({rows, columns});
}

const std::vector<std::int64_t> kAgesOfRows = {0, 31, 28, 100, 30};

at::Tensor ages() {
  return at::tensor(kAgesOfRows, at::kLong);
}

using Numbers = std::vector<double>;

Numbers softmax(const Numbers& logits) {
  double sum = 0;
  for (const double z : logits) sum += std::exp(z);
  Numbers shares;
  for (const double z : logits) shares.push_back(std::exp(z) / sum);
  return shares;
}

double mean_of(const Numbers& shares) {
  double mean = 0;
  for (std::size_t k = 0; k < shares.size(); ++k) mean += shares[k] * static_cast<double>(k);
  return mean;
}

// (1 - e) of class `age`, and e / 101 of all.
double smoothed_cross_entropy(const Numbers& logits, double age, double e) {
  const Numbers p = softmax(logits);
  double loss = -(1 - e) * std::log(p[static_cast<std::size_t>(age)]);
  for (const double share : p) loss -= e / 101 * std::log(share);
  return loss;
}

double plain_dldl(const Numbers& logits, double age, double sigma, double e) {
  const Numbers p = softmax(logits);
  Numbers bell;
  double sum = 0;
  for (int k = 0; k <= 100; ++k) {
    bell.push_back(std::exp(-(k - age) * (k - age) / (2 * sigma * sigma)));
    sum += bell.back();
  }
  double loss = 0;
  for (std::size_t k = 0; k < bell.size(); ++k) {
    const double q = (1 - e) * bell[k] / sum + e / 101;
    if (q > 0) loss += q * std::log(q / p[k]);
  }
  return loss;
}

double plain_mean_variance(const Numbers& logits, double age, const LossConfig& config) {
  const Numbers p = softmax(logits);
  const double mean = mean_of(p);
  double variance = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    variance += p[k] * (static_cast<double>(k) - mean) * (static_cast<double>(k) - mean);
  }
  return smoothed_cross_entropy(logits, age, config.age_label_smoothing) +
         config.mean_weight * (mean - age) * (mean - age) / 2 + config.variance_weight * variance;
}

double plain_ordinal(const Numbers& logits, double age, double e) {
  double loss = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    const double yes = 1 / (1 + std::exp(-logits[k]));
    const double target = (age > static_cast<double>(k) ? 1 - e : 0) + e / 2;
    loss -= target * std::log(yes) + (1 - target) * std::log(1 - yes);
  }
  return loss;
}

double plain_regression(double output, double age, double h) {
  const double error = std::abs(output - age);
  return error < h ? error * error / (2 * h) : error - h / 2;
}

double plain_loss(const Numbers& outputs, double age, const LossConfig& config) {
  const double e = config.age_label_smoothing;
  if (config.age == "cross_entropy") return smoothed_cross_entropy(outputs, age, e);
  if (config.age == "dldl") return plain_dldl(outputs, age, config.dldl_sigma, e);
  if (config.age == "mean_variance") return plain_mean_variance(outputs, age, config);
  if (config.age == "ordinal") return plain_ordinal(outputs, age, e);
  return plain_regression(outputs.front(), age, config.huber_years);
}

std::vector<LossConfig> all_losses() {
  std::vector<LossConfig> all;
  for (const std::string name : {"cross_entropy", "dldl", "mean_variance", "ordinal"}) {
    all.push_back({.age = name});
    all.push_back({.age = name, .age_label_smoothing = 0.2});
  }
  all.push_back({.age = "dldl", .dldl_sigma = 0.3});
  all.push_back({.age = "mean_variance", .mean_weight = 0.7, .variance_weight = 0.3});
  all.push_back({.age = "ordinal", .ordinal = "or_cnn"});
  for (const double h : {0.0, 1.0, 2.5}) all.push_back({.age = "regression", .huber_years = h});
  return all;
}

class AgeLoss : public ::testing::TestWithParam<LossConfig> {};

TEST_P(AgeLoss, of_each_row_is_what_its_formula_says) {
  const at::Tensor outputs = outputs_for(GetParam(), std::ssize(kAgesOfRows));
  const at::Tensor loss = age_loss(outputs, ages(), GetParam());
  for (std::int64_t row = 0; row < outputs.size(0); ++row) {
    const double* begin = outputs.const_data_ptr<double>() + row * outputs.size(1);
    const double age = static_cast<double>(kAgesOfRows[static_cast<std::size_t>(row)]);
    const double expected = plain_loss({begin, begin + outputs.size(1)}, age, GetParam());
    EXPECT_NEAR(loss[row].item<double>(), expected, 1e-12 * std::max(1.0, expected)) << row;
  }
}

TEST_P(AgeLoss, has_the_gradient_that_differences_show) {
  const at::Tensor outputs = outputs_for(GetParam(), std::ssize(kAgesOfRows)).requires_grad_(true);
  torch::autograd::backward({age_loss(outputs, ages(), GetParam()).sum()}, {});
  constexpr double kStep = 1e-5;
  for (std::int64_t column = 0; column < outputs.size(1); ++column) {
    const auto moved = [&](double by) {
      const at::Tensor other = outputs.detach().clone();
      other.select(1, column) += by;
      return age_loss(other, ages(), GetParam());
    };
    const at::Tensor difference = (moved(kStep) - moved(-kStep)) / (2 * kStep);
    const at::Tensor gradient = outputs.grad().select(1, column);
    EXPECT_LE((difference - gradient).abs().max().item<double>(),
              1e-7 * std::max(1.0, gradient.abs().max().item<double>()))
        << "column " << column;
  }
}

TEST_P(AgeLoss, is_nearly_the_same_in_float) {
  const at::Tensor outputs = outputs_for(GetParam(), std::ssize(kAgesOfRows));
  const at::Tensor exact = age_loss(outputs, ages(), GetParam());
  const at::Tensor single = age_loss(outputs.to(at::kFloat), ages(), GetParam());
  EXPECT_EQ(single.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::allclose(single.to(at::kDouble), exact, 1e-5, 1e-5));
}

TEST_P(AgeLoss, of_no_rows_has_gradients_of_zeros) {
  const at::Tensor outputs = outputs_for(GetParam(), 2).requires_grad_(true);
  const at::Tensor none = age_loss(outputs.narrow(0, 0, 0), ages().narrow(0, 0, 0), GetParam());
  EXPECT_EQ(none.numel(), 0);
  torch::autograd::backward({none.sum()}, {});
  EXPECT_EQ(outputs.grad().abs().max().item<double>(), 0);
}

TEST_P(AgeLoss, is_multiplied_with_the_weight_of_the_ages_band) {
  LossConfig weighted = GetParam();
  weighted.age_band_edges = {13, 30};
  weighted.age_band_weights = {4, 0.5, 2};
  const at::Tensor outputs = outputs_for(GetParam(), std::ssize(kAgesOfRows));
  // 0 years; 31; 28; 100; 30.
  const at::Tensor weights = at::tensor({4.0, 2.0, 0.5, 2.0, 2.0}, at::kDouble);
  EXPECT_TRUE(at::equal(age_loss(outputs, ages(), weighted),
                        age_loss(outputs, ages(), GetParam()) * weights));
}

INSTANTIATE_TEST_SUITE_P(All, AgeLoss, ::testing::ValuesIn(all_losses()), [](const auto& tested) {
  return tested.param.age + "_" + std::to_string(tested.index);
});

TEST(AgeLoss, refuses_the_outputs_of_another_losss_head) {
  EXPECT_THROW(age_loss(at::zeros({1, 101}), at::zeros({1}, at::kLong), {.age = "ordinal"}), Error);
  EXPECT_THROW(age_loss(at::zeros({1, 1}), at::zeros({1}, at::kLong), {}), Error);
}

// Uniform logits: 100 questions at even odds.
TEST(AgeLoss, of_even_odds_is_a_hundred_bits_for_ordinal) {
  const at::Tensor loss =
      age_loss(at::zeros({1, 100}, at::kDouble), at::tensor({40}, at::kLong), {.age = "ordinal"});
  EXPECT_NEAR(loss.item<double>(), 100 * std::log(2.0), 1e-12);
}

TEST(ExpectedAge, is_the_softmaxs_mean_the_sum_of_being_older_or_the_output) {
  at::Tensor classes = at::zeros({1, kAges}, at::kDouble);
  EXPECT_NEAR(expected_age(classes).item<double>(), 50, 1e-12);
  classes[0][20] = 60;  // as good as certain
  EXPECT_NEAR(expected_age(classes).item<double>(), 20, 1e-12);

  // Surely older than 0 to 19, odds of 3 : 1 to be older than 20, surely not older than 21 and on.
  at::Tensor older = at::full({1, kAgeThresholds}, -60, at::kDouble);
  older.narrow(1, 0, 20).fill_(60);
  older[0][20] = std::log(3.0);
  EXPECT_NEAR(expected_age(older).item<double>(), 20.75, 1e-12);
  EXPECT_EQ(named_age(older).item<std::int64_t>(), 21);

  const at::Tensor years = at::tensor({33.4, -2.0}, at::kFloat).view({2, 1});
  EXPECT_NEAR(expected_age(years)[0].item<double>(), 33.4, 1e-5);
  EXPECT_EQ(expected_age(years)[1].item<double>(), -2);
  EXPECT_EQ(named_age(years)[0].item<std::int64_t>(), 33);
}

TEST(ExpectedAge, names_the_likeliest_class_even_where_the_mean_is_elsewhere) {
  at::Tensor classes = at::zeros({1, kAges}, at::kDouble);
  classes[0][3] = 1;
  EXPECT_EQ(named_age(classes).item<std::int64_t>(), 3);
  EXPECT_GT(expected_age(classes).item<double>(), 40);
}

TEST(ExpectedAge, of_any_other_number_of_outputs_is_an_error) {
  EXPECT_THROW(expected_age(at::zeros({2, 7})), Error);
}

}  // namespace
}  // namespace ag::nn
