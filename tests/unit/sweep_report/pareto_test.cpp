// Which points are worth their cost.
#include "launch/sweep_report/pareto.h"

#include <gmock/gmock.h>

#include "tests/unit/sweep_report/results_for_tests.h"

namespace ag::sweep {
namespace {
using ::testing::ElementsAre;

TEST(ParetoFront, leaves_out_what_another_point_dominates) {
  const Results results = sweep_of({"a"}, {point({"0"}, 6, 300),    // the best
                                           point({"1"}, 9, 100),    // the cheapest
                                           point({"2"}, 7, 200),    // between
                                           point({"3"}, 8, 250),    // worse and dearer than 2
                                           point({"4"}, 7, 220),    // as good as 2, dearer
                                           point({"5"}, 9.5, 100),  // as cheap as 1, worse
                                           point({"6"}, 6.5, 400)});
  EXPECT_THAT(pareto_front(results, kMae, Cost::kMacs), ElementsAre(1u, 2u, 0u));
}

TEST(ParetoFront, has_all_points_that_are_alike) {
  const Results results =
      sweep_of({"a"}, {point({"0"}, 7, 200), point({"1"}, 8, 100), point({"2"}, 7, 200)});
  EXPECT_THAT(pareto_front(results, kMae, Cost::kMacs), ElementsAre(1u, 0u, 2u));
}

TEST(ParetoFront, goes_by_the_direction_of_the_metric) {
  Results results =
      sweep_of({"a"}, {point({"0"}, 7, 100), point({"1"}, 8, 200), point({"2"}, 6, 300)});
  results.lower_is_better = false;
  EXPECT_THAT(pareto_front(results, kMae, Cost::kMacs), ElementsAre(0u, 1u));
  for (PointResult& one : results.points) one.trials[0].metrics["val/loss"] = 5;
  EXPECT_THAT(pareto_front(results, "val/loss", Cost::kMacs), ElementsAre(0u));
}

TEST(ParetoFront, needs_a_mean_and_a_cost) {
  const Results results =
      sweep_of({"a"}, {point({"0"}, kNan, 10),
                       point({"1"}, 5, 0),
                       point({"2"}, 7, 100),
                       {.values = {"3"}, .trials = {trial(1, TrialState::kPruned)}, .macs = 1}});
  EXPECT_THAT(pareto_front(results, kMae, Cost::kMacs), ElementsAre(2u));
  EXPECT_THAT(pareto_front(results, "val/loss", Cost::kMacs), ElementsAre());
  EXPECT_THAT(pareto_front(sweep_of({"a"}, {}), kMae, Cost::kMacs), ElementsAre());
}

TEST(ParetoFront, is_of_parameters_where_no_macs_are_known) {
  Results results = sweep_of({"a"}, {point({"0"}, 7), point({"1"}, 6)});
  results.points[0].parameters = 10;
  results.points[1].parameters = 5;
  EXPECT_EQ(known_cost(results), Cost::kParameters);
  EXPECT_THAT(pareto_front(results, kMae, Cost::kParameters), ElementsAre(1u));
  results.points[0].macs = 1;
  EXPECT_EQ(known_cost(results), Cost::kMacs);
}

}  // namespace
}  // namespace ag::sweep
