// Shares of variance. Over a whole grid they are those of the classical analysis of variance; the
// expected numbers are worked out beside each.
#include "launch/sweep_report/importance.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "framework/core/philox.h"
#include "tests/unit/sweep_report/results_for_tests.h"

namespace ag::sweep {
namespace {

constexpr double kTolerance = 1e-9;

double share(const Importance& known, const std::string& name) {
  for (const Importance::Parameter& one : known.parameters) {
    if (one.name == name) return one.share;
  }
  ADD_FAILURE() << "no parameter " << name;
  return kNan;
}

TEST(Importance, is_all_with_the_one_parameter_that_matters) {
  const auto known = importance(square_grid(5, [](int i, int) { return i * i; }));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->points, 25u);
  EXPECT_EQ(known->parameters[0].name, "a");
  EXPECT_NEAR(share(*known, "a"), 1, kTolerance);
  EXPECT_NEAR(share(*known, "b"), 0, kTolerance);
  EXPECT_NEAR(known->rest, 0, kTolerance);
}

// The variance of 0, …, 4 is 2; that of 2i is 8. 8 : 2 of 10.
TEST(Importance, of_a_sum_is_shared_by_the_variances_of_its_parts) {
  const auto known = importance(square_grid(5, [](int i, int j) { return 50 + 2 * i + j; }));
  ASSERT_TRUE(known);
  EXPECT_NEAR(share(*known, "a"), 0.8, kTolerance);
  EXPECT_NEAR(share(*known, "b"), 0.2, kTolerance);
}

// (i - 2)(j - 2) has mean 0 over i for every j, and over j for every i.
TEST(Importance, an_interaction_is_in_no_main_effect) {
  const auto known = importance(square_grid(5, [](int i, int j) { return (i - 2) * (j - 2); }));
  ASSERT_TRUE(known);
  EXPECT_NEAR(share(*known, "a"), 0, kTolerance);
  EXPECT_NEAR(share(*known, "b"), 0, kTolerance);
  EXPECT_NEAR(known->rest, 1, kTolerance);
}

// With noise the shares are the variances of the means of rows and of columns over that of all.
TEST(Importance, of_a_noisy_grid_is_that_of_the_group_means) {
  constexpr int kSize = 6;
  RandomStream random({.seed = 3});
  const Results results = square_grid(
      kSize, [&random](int i, int j) { return 0.3 * i - 0.1 * j * j + random.normal(); });
  double mean = 0;
  for (const PointResult& one : results.points) mean += one.trials[0].metrics.at(kMae) / 36;
  double all = 0;
  std::map<std::string, double> rows;
  std::map<std::string, double> columns;
  for (const PointResult& one : results.points) {
    const double difference = one.trials[0].metrics.at(kMae) - mean;
    all += difference * difference / 36;
    rows[one.values[0]] += difference / kSize;
    columns[one.values[1]] += difference / kSize;
  }
  const auto variance = [](const std::map<std::string, double>& groups) {
    double sum = 0;
    for (const auto& [name, group_mean] : groups) sum += group_mean * group_mean / kSize;
    return sum;
  };
  const auto known = importance(results);
  ASSERT_TRUE(known);
  EXPECT_NEAR(share(*known, "a"), variance(rows) / all, kTolerance);
  EXPECT_NEAR(share(*known, "b"), variance(columns) / all, kTolerance);
}

// Three words of means 0, 3, 0 (variance 2) and seven numbers of no effect.
TEST(Importance, takes_words_as_they_are) {
  std::vector<PointResult> points;
  for (const char* model : {"mobilenet_v1", "mobilenet_v2", "mobilenet_v3"}) {
    for (int size = 0; size < 7; ++size) {
      points.push_back(
          point({model, std::to_string(32 << size)}, std::string(model) == "mobilenet_v2" ? 3 : 0));
    }
  }
  const auto known = importance(sweep_of({"model.name", "dataset.size"}, points));
  ASSERT_TRUE(known);
  EXPECT_NEAR(share(*known, "model.name"), 1, kTolerance);
}

Results drawn(int count, double noise) {
  RandomStream random({.seed = 11});
  std::vector<PointResult> points;
  for (int i = 0; i < count; ++i) {
    const double lr = std::pow(10, random.uniform(-4, -1));
    const double width = random.uniform();
    const double other = random.uniform();
    points.push_back(
        point({fmt::format("{}", lr), fmt::format("{}", width), fmt::format("{}", other)},
              2 * (std::log10(lr) + 4) / 3 + width + noise * random.normal()));
  }
  return sweep_of({"optimizer.lr", "model.width", "other"}, std::move(points));
}

// 2u + v of even u and v: 4 : 1. Between drawn points a forest only guesses.
TEST(Importance, of_drawn_points_comes_near) {
  const auto known = importance(drawn(100, 0));
  ASSERT_TRUE(known);
  EXPECT_NEAR(share(*known, "optimizer.lr"), 0.8, 0.06);
  EXPECT_NEAR(share(*known, "model.width"), 0.2, 0.06);
  EXPECT_NEAR(share(*known, "other"), 0, 0.02);
  const auto noisy = importance(drawn(100, 0.05));
  EXPECT_NEAR(share(*noisy, "optimizer.lr"), 0.8, 0.08);
  EXPECT_LT(share(*noisy, "other"), 0.03);
}

TEST(Importance, is_the_same_every_time_and_adds_up) {
  const auto known = importance(drawn(40, 0.3));
  const auto again = importance(drawn(40, 0.3));
  ASSERT_TRUE(known && again);
  double sum = known->rest;
  for (std::size_t i = 0; i < known->parameters.size(); ++i) {
    EXPECT_EQ(known->parameters[i].share, again->parameters[i].share);
    EXPECT_GE(known->parameters[i].share, 0);
    EXPECT_LE(known->parameters[i].share, known->parameters[0].share);
    sum += known->parameters[i].share;
  }
  EXPECT_NEAR(sum, 1, kTolerance);
}

TEST(Importance, wants_twenty_points_with_a_mean_that_differ) {
  EXPECT_FALSE(importance(square_grid(4, [](int i, int) { return i; }))) << "16 points";
  EXPECT_FALSE(importance(square_grid(5, [](int, int) { return 7; }))) << "all alike";
  EXPECT_FALSE(importance(square_grid(5, [](int, int) { return 1e9 + 0.1; })));
  EXPECT_FALSE(importance(square_grid(5, [](int, int) { return kNan; })));
  EXPECT_FALSE(importance(sweep_of({"a"}, {})));
  Results results = square_grid(5, [](int i, int j) { return i == 4 && j > 0 ? kNan : i; });
  ASSERT_TRUE(importance(results));
  EXPECT_EQ(importance(results)->points, 21u);
  EXPECT_NEAR(share(*importance(results), "a"), 1, kTolerance);
}

// Two leaves: the left half of `a` is 0, the right half is 1 + something only b knows of.
// f = 0, 0 | 1, 3: mean 1; variance (1 + 1 + 0 + 4) / 4 = 1.5; a: means 0, 2, variance 1;
// b: means 0.5, 1.5, variance 0.25.
TEST(MainEffects, are_exact_sums_over_the_boxes) {
  const std::vector<Variable> variables = {{2, true, {}}, {2, true, {}}};
  const std::vector<Leaf> leaves = {{{{true, false}, {true, true}}, 0},
                                    {{{false, true}, {true, false}}, 1},
                                    {{{false, true}, {false, true}}, 3}};
  const std::vector<double> shares = main_effects(variables, leaves);
  ASSERT_EQ(shares.size(), 2u);
  EXPECT_NEAR(shares[0], 1 / 1.5, kTolerance);
  EXPECT_NEAR(shares[1], 0.25 / 1.5, kTolerance);
  EXPECT_TRUE(
      main_effects(variables, std::vector<Leaf>{{{{true, true}, {true, true}}, 4}}).empty());
}

}  // namespace
}  // namespace ag::sweep
