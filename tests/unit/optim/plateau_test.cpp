#include "framework/optim/plateau.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "framework/core/error.h"

namespace ag::optim {
namespace {

constexpr double kLr = 0.1;

PlateauConfig on(const char* metric) {
  PlateauConfig config;
  config.metric = metric;
  config.factor = 0.5;
  config.patience = 2;
  config.threshold = 0.01;
  return config;
}

// The learning rate that each value is followed by.
std::vector<double> rates(Plateau& plateau, const std::vector<double>& values) {
  std::vector<double> seen;
  for (const double value : values) {
    plateau.observe(value, kLr);
    seen.push_back(plateau.apply(kLr));
  }
  return seen;
}

using Rates = std::vector<double>;

TEST(Plateau, is_off_without_a_metric) {
  const Plateau plateau{PlateauConfig()};
  EXPECT_FALSE(plateau.on());
  EXPECT_EQ(plateau.apply(kLr), kLr);
}

TEST(Plateau, lowers_after_patience_values_without_improvement) {
  Plateau plateau(on("val/loss"));
  // 0.995 is better than 1, but by less than the threshold.
  EXPECT_EQ(rates(plateau, {1.0, 0.995, 0.98, 0.98, 0.98, 0.98, 0.98}),
            (Rates{kLr, kLr, kLr, kLr, kLr / 2, kLr / 2, kLr / 4}));
}

TEST(Plateau, says_when_it_lowered) {
  Plateau plateau(on("val/loss"));
  EXPECT_FALSE(plateau.observe(1, kLr));
  EXPECT_FALSE(plateau.observe(1, kLr));
  EXPECT_TRUE(plateau.observe(1, kLr));
  EXPECT_FALSE(plateau.observe(1, kLr));
  EXPECT_EQ(plateau.factor(), 0.5);
}

TEST(Plateau, an_accuracy_improves_upwards_and_an_error_downwards) {
  Plateau accuracy(on("val/gender_accuracy"));
  EXPECT_EQ(rates(accuracy, {0.5, 0.6, 0.7, 0.8}).back(), kLr);
  EXPECT_EQ(rates(accuracy, {0.7, 0.6}).back(), kLr / 2);
  Plateau share(on("val/age_cs5"));
  EXPECT_EQ(rates(share, {0.5, 0.4, 0.3}).back(), kLr / 2);
  Plateau error(on("val/age_mae"));
  EXPECT_EQ(rates(error, {7, 6, 5}).back(), kLr);
  EXPECT_EQ(rates(error, {6, 7}).back(), kLr / 2);
}

// Keras counts nothing while it cools down: with a cooldown of 2 and a patience of 2 the second
// fall comes 2 - 1 + 2 values after the first, for the value that ends the cooldown counts again.
TEST(Plateau, counts_nothing_while_it_cools_down) {
  PlateauConfig config = on("val/loss");
  config.cooldown = 2;
  Plateau plateau(config);
  EXPECT_EQ(rates(plateau, {1, 1, 1, 1, 1, 1, 1}),
            (Rates{kLr, kLr, kLr / 2, kLr / 2, kLr / 2, kLr / 4, kLr / 4}));
}

TEST(Plateau, doesnt_fall_below_the_least_nor_count_falls_that_change_nothing) {
  PlateauConfig config = on("val/loss");
  config.min_lr = 0.03;
  config.patience = 1;
  Plateau plateau(config);
  EXPECT_EQ(rates(plateau, {1, 1, 1, 1, 1}), (Rates{kLr, 0.05, 0.03, 0.03, 0.03}));
  EXPECT_EQ(plateau.factor(), 0.25);
}

TEST(Plateau, never_raises_what_a_schedule_gives) {
  PlateauConfig config = on("val/loss");
  config.min_lr = 0.03;
  const Plateau plateau(config);
  EXPECT_EQ(plateau.apply(0.001), 0.001);
}

TEST(Plateau, a_value_that_isnt_finite_is_no_improvement) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Plateau plateau(on("val/loss"));
  EXPECT_EQ(rates(plateau, {kNan, 1, kNan, -kInfinity, 0.5, kNan}),
            (Rates{kLr, kLr, kLr, kLr / 2, kLr / 2, kLr / 2}));
}

TEST(Plateau, goes_on_from_its_state_as_if_it_had_not_stopped) {
  PlateauConfig config = on("val/loss");
  config.factor = 1.0 / 3;
  config.cooldown = 1;
  const std::vector<double> values = {1, 0.1 + 0.2, 0.3, 0.3, 0.3, 0.29, 0.29, 0.29, 0.29, 0.29};
  Plateau whole(config);
  const Rates expected = rates(whole, values);
  for (std::size_t stop = 0; stop < values.size(); ++stop) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(stop);
    Plateau first(config);
    Rates seen = rates(first, {values.begin(), middle});
    Plateau second(config);
    second.restore(first.state());
    const Rates rest = rates(second, {middle, values.end()});
    seen.insert(seen.end(), rest.begin(), rest.end());
    EXPECT_EQ(seen, expected) << stop;
    EXPECT_EQ(second.state(), whole.state()) << stop;
  }
}

TEST(Plateau, refuses_a_state_that_isnt_one) {
  Plateau plateau(on("val/loss"));
  std::map<std::string, std::string> state = plateau.state();
  state["waited"] = "2x";
  EXPECT_THROW(plateau.restore(state), Error);
  state.erase("waited");
  EXPECT_THROW(plateau.restore(state), Error);
}

}  // namespace
}  // namespace ag::optim
