#include "framework/deploy/predictor.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "framework/deploy/graph_runner.h"
#include "tests/support/lively_network.h"

namespace ag::deploy {
namespace {

using test::all_models;
using test::lively_network;
using test::name_of;
using test::varied_pictures;

// A face that is surely male, of that age distribution.
nn::Prediction prediction_of(const at::Tensor& age) {
  return {age.unsqueeze(0), at::tensor({0.0, std::log(3.0)}).unsqueeze(0)};
}

at::Tensor log_shares(std::initializer_list<std::pair<int, double>> shares) {
  at::Tensor logits = at::full({nn::kAges}, -1e3, at::kDouble);
  for (const auto& [age, share] : shares) logits[age] = std::log(share);
  return logits;
}

TEST(FaceAnswer, tells_a_distributions_mean_its_tenths_and_its_likeliest_age) {
  const nn::Prediction told =
      prediction_of(log_shares({{10, 0.05}, {20, 0.2}, {30, 0.4}, {40, 0.3}, {90, 0.05}}));
  const FaceAnswer answer = answers_of(told).at(0);
  EXPECT_NEAR(answer.age, 0.5 + 4 + 12 + 12 + 4.5, 1e-9);
  ASSERT_TRUE(answer.range);
  EXPECT_EQ(answer.range->low, 20);   // 0.05 up to 10, 0.25 up to 20
  EXPECT_EQ(answer.range->high, 40);  // 0.65 up to 30, 0.95 up to 40
  EXPECT_EQ(answer.named_age, 30);
  EXPECT_NEAR(answer.male, 0.75, 1e-12);
}

TEST(FaceAnswer, of_thresholds_is_read_from_the_probabilities_of_being_older) {
  // Surely older than 29, older than 39 with 0.8, than 49 with 0.3, and never older than 59.
  const at::Tensor older = at::full({nn::kAgeThresholds}, -1e3, at::kDouble);
  const auto set = [&](int from, int to, double share) {
    for (int k = from; k < to; ++k) older[k] = share >= 1 ? 1e3 : std::log(share / (1 - share));
  };
  set(0, 30, 1);
  set(30, 40, 0.8);
  set(40, 50, 0.3);
  const FaceAnswer answer = answers_of(prediction_of(older)).at(0);
  EXPECT_NEAR(answer.age, 30 + 8 + 3, 1e-9);
  EXPECT_EQ(answer.named_age, 41);
  ASSERT_TRUE(answer.range);
  EXPECT_EQ(answer.range->low, 30);
  EXPECT_EQ(answer.range->high, 50);
}

TEST(FaceAnswer, of_thresholds_out_of_order_has_no_negative_probability) {
  const at::Tensor older = at::full({nn::kAgeThresholds}, -1e3, at::kDouble);
  older[0] = -1e3;
  older[1] = 1e3;  // older than 1, though not older than 0
  const FaceAnswer answer = answers_of(prediction_of(older)).at(0);
  ASSERT_TRUE(answer.range);
  EXPECT_EQ(answer.range->low, 0);
  EXPECT_EQ(answer.range->high, 0);
}

TEST(FaceAnswer, of_years_alone_has_no_range) {
  const FaceAnswer answer = answers_of(prediction_of(at::full({1}, 33.6, at::kDouble))).at(0);
  EXPECT_NEAR(answer.age, 33.6, 1e-12);
  EXPECT_EQ(answer.named_age, 34);
  EXPECT_FALSE(answer.range);
}

class Predicting : public testing::TestWithParam<nn::ModelConfig> {
 protected:
  static std::unique_ptr<nn::Network> network(at::ScalarType type = at::kFloat) {
    return lively_network(GetParam(), kSize, type);
  }
  static constexpr int kSize = 40;
};

TEST_P(Predicting, tells_what_the_network_says_to_the_bit) {
  const at::Tensor pictures = varied_pictures(3, kSize);
  const c10::NoGradGuard no_grad;
  const std::vector<FaceAnswer> expected = answers_of(network()->forward(pictures, {}));
  const std::vector<FaceAnswer> told = Predictor(network(), {}).answer(pictures);
  ASSERT_EQ(told.size(), 3U);
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].age, expected[i].age);
    EXPECT_EQ(told[i].male, expected[i].male);
  }
}

TEST_P(Predicting, folded_differs_by_rounding_alone) {
  const at::Tensor pictures = varied_pictures(3, kSize);
  const at::Tensor exact_pictures = pictures.to(at::kDouble);
  const auto exact = Predictor(network(at::kDouble), {}).answer(exact_pictures);
  const auto exact_folded = Predictor(network(at::kDouble), {.fold = true}).answer(exact_pictures);
  const auto plain = Predictor(network(), {}).answer(pictures);
  const auto folded = Predictor(network(), {.fold = true}).answer(pictures);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    EXPECT_NEAR(exact_folded[i].age, exact[i].age, 1e-9);
    EXPECT_NEAR(exact_folded[i].male, exact[i].male, 1e-11);
    // In float as near as the network itself is, within a factor that leaves room for luck.
    const auto bound = [](double rounding, double least) { return std::max(8 * rounding, least); };
    EXPECT_NEAR(folded[i].age, exact[i].age, bound(std::abs(plain[i].age - exact[i].age), 1e-3));
    EXPECT_NEAR(folded[i].male, exact[i].male,
                bound(std::abs(plain[i].male - exact[i].male), 1e-5));
  }
}

TEST_P(Predicting, flipped_tells_the_mean_of_a_face_and_its_mirror_image) {
  const at::Tensor picture = varied_pictures(1, kSize);
  Predictor plain(network(), {});
  const FaceAnswer one = plain.answer(picture).at(0);
  const FaceAnswer other =
      plain.answer(picture.flip(3).contiguous(at::MemoryFormat::ChannelsLast)).at(0);
  const FaceAnswer both = Predictor(network(), {.flip = true}).answer(picture).at(0);
  EXPECT_NEAR(both.age, (one.age + other.age) / 2, 1e-9);
  EXPECT_NEAR(both.male, (one.male + other.male) / 2, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(EveryFamily, Predicting, testing::ValuesIn(all_models(0.5)),
                         [](const auto& test) {
                           std::string name = name_of(test.param);
                           for (char& c : name) c = c == ' ' || c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace ag::deploy
