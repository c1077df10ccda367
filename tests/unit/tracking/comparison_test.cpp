#include "tracking/comparison.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/tracking/tracking_test_support.h"
#include "tracking/curves.h"
#include "tracking/database.h"
#include "tracking/run_store.h"

namespace ag::tracking {
namespace {
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Parameters = std::vector<std::pair<std::string, std::string>>;

class ComparisonTest : public TrackingTest {
 protected:
  void add(const std::string& id, const Parameters& parameters,
           const std::vector<MetricRow>& metrics,
           const std::vector<CheckpointEntry>& checkpoints = {}) {
    RunHead head{id, "", created_++, "", run_start("run_" + id)};
    head.start.parameters = parameters;
    const std::int64_t run = store_.begin(head);
    for (const MetricRow& row : metrics) store_.write(run, MetricEntry{row, created_ + 60});
    for (const CheckpointEntry& entry : checkpoints) store_.write(run, entry);
  }
  tracking::Run run(const std::string& id) { return find_run(opened_, id); }

  SQLite::Database opened_ = open_for_writing(database_);
  RunStore store_{opened_};
  double created_ = 1000;
};

TEST_F(ComparisonTest, names_the_parameters_that_differ_in_the_order_of_the_configuration) {
  add("aaaa", {{"name", "a"}, {"seed", "1"}, {"model.width", "1.0"}, {"optimizer.lr", "0.1"}}, {});
  add("bbbb",
      {{"name", "b"},
       {"seed", "1"},
       {"model.width", "0.5"},
       {"optimizer.lr", "0.1"},
       {"ema.decay", "0.9"}},
      {});
  const std::vector<ParameterRow> rows = differing_parameters(opened_, {run("aaaa"), run("bbbb")});
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].name, "model.width");
  EXPECT_THAT(rows[0].values, ElementsAre("1.0", "0.5"));
  EXPECT_EQ(rows[1].name, "ema.decay");
  EXPECT_THAT(rows[1].values, ElementsAre("", "0.9"));
  EXPECT_THAT(differing_parameters(opened_, {run("aaaa")}), IsEmpty());
}

TEST_F(ComparisonTest, marks_the_best_by_the_direction_of_the_metric) {
  add("aaaa", {}, {{1, 10, "val/age_mae", 9}, {1, 10, "val/gender_accuracy", 0.7}});
  add("bbbb", {}, {{1, 10, "val/age_mae", 8}, {1, 10, "val/gender_accuracy", 0.6}});
  add("cccc", {}, {{1, 10, "val/age_mae", 8}});
  const Comparison all = compare(opened_, {run("aaaa"), run("bbbb"), run("cccc")}, At::kLast);
  ASSERT_THAT(all.metrics, SizeIs(2));
  EXPECT_EQ(all.metrics[0].name, "val/age_mae");
  EXPECT_THAT(all.metrics[0].best, ElementsAre(false, true, true)) << "equals are both best";
  EXPECT_THAT(all.metrics[1].best, ElementsAre(true, false, false));
  EXPECT_FALSE(all.metrics[1].values[2].has_value());
  EXPECT_FALSE(all.has_guess());
}

TEST_F(ComparisonTest, marks_nothing_where_all_are_equal) {
  add("aaaa", {}, {{1, 10, "val/age_mae", 8}});
  add("bbbb", {}, {{1, 10, "val/age_mae", 8}});
  add("cccc", {}, {});
  const Comparison all = compare(opened_, {run("aaaa"), run("bbbb"), run("cccc")}, At::kLast);
  EXPECT_THAT(all.metrics[0].best, ElementsAre(false, false, false));
}

TEST_F(ComparisonTest, takes_the_last_epoch_or_the_best) {
  add("aaaa", {}, {{1, 10, "val/loss", 3}, {2, 20, "val/loss", 1}, {3, 30, "val/loss", 2}});
  EXPECT_EQ(compare(opened_, {run("aaaa")}, At::kLast).metrics[0].values[0]->value, 2);
  const Comparison best = compare(opened_, {run("aaaa")}, At::kBest);
  EXPECT_EQ(best.metrics[0].values[0]->value, 1);
  EXPECT_EQ(best.metrics[0].values[0]->epoch, 2);
  EXPECT_THAT(best.metrics[0].best, ElementsAre(false)) << "a lone run isn't best of anything";
}

TEST_F(ComparisonTest, sets_the_guess_beside_its_metric_where_the_runs_agree_in_it) {
  add("aaaa", {}, {{1, 10, "val/age_mae", 9}, {1, 10, "val/guess_age_mae", 12.5}});
  add("bbbb", {}, {{1, 10, "val/age_mae", 8}, {1, 10, "val/guess_age_mae", 12.5}});
  add("cccc", {}, {{1, 10, "val/age_mae", 8}, {1, 10, "val/guess_age_mae", 13}});
  const Comparison same = compare(opened_, {run("aaaa"), run("bbbb")}, At::kLast);
  ASSERT_THAT(same.metrics, SizeIs(1)) << "a guess is no row of its own";
  EXPECT_EQ(same.metrics[0].guess, 12.5);
  const Comparison mixed = compare(opened_, {run("aaaa"), run("cccc")}, At::kLast);
  EXPECT_EQ(mixed.metrics[0].guess, std::nullopt);
}

TEST_F(ComparisonTest, shows_validation_first_and_the_usual_order_within) {
  std::vector<std::string> names = {"system/images_per_second",
                                    "train/loss",
                                    "val/zebra",
                                    "val/gender_accuracy",
                                    "lone",
                                    "val/age_mae",
                                    "train/age_mae",
                                    "val/loss"};
  sort_metrics(names);
  EXPECT_THAT(names,
              ElementsAre("val/loss", "val/age_mae", "val/gender_accuracy", "val/zebra",
                          "train/loss", "train/age_mae", "system/images_per_second", "lone"));
}

TEST_F(ComparisonTest, finds_the_best_run_and_the_checkpoint_that_holds_it) {
  add("aaaa", {}, {{1, 10, "val/age_mae", 9}, {2, 20, "val/age_mae", 7}, {3, 30, "val/age_mae", 8}},
      {{"/a/last", 30, "last", 1}, {"/a/best", 20, "best", 1}});
  add("bbbb", {}, {{1, 10, "val/age_mae", 7.5}, {2, 20, "val/age_mae", std::nan("")}});
  const std::vector<tracking::Run> runs = find_runs(opened_);
  const std::optional<BestRun> best = best_run(opened_, runs, "val/age_mae");
  ASSERT_TRUE(best.has_value());
  EXPECT_EQ(best->run.id, "aaaa");
  EXPECT_EQ(best->point.value, 7);
  EXPECT_EQ(best->checkpoint->path, "/a/best");
  EXPECT_FALSE(best_run(opened_, runs, "val/none").has_value());
  EXPECT_FALSE(best_run(opened_, {run("bbbb")}, "val/age_mae")->checkpoint.has_value());
}

TEST_F(ComparisonTest, where_the_best_step_has_no_checkpoint_the_one_kept_as_best_is_next) {
  add("aaaa", {}, {{1, 10, "val/loss", 1}, {3, 30, "val/loss", 2}},
      {{"/a/best", 20, "best", 1}, {"/a/last", 30, "last", 1}});
  EXPECT_EQ(best_run(opened_, {run("aaaa")}, "val/loss")->checkpoint->path, "/a/best");
}

class CurvesTest : public ComparisonTest {};

TEST_F(CurvesTest, training_and_validation_share_a_panel_where_training_is_dashed) {
  add("aaaa", {}, {{1, 10, "train/loss", 3}, {1, 10, "val/loss", 4}, {2, 20, "val/loss", 2}});
  const report::Chart chart = curves(opened_, {run("aaaa")}, usual_curves(), {});
  ASSERT_THAT(chart.panels, SizeIs(1)) << "a panel without points isn't drawn";
  EXPECT_EQ(chart.panels[0].title, "train/loss, val/loss");
  ASSERT_THAT(chart.panels[0].series, SizeIs(2));
  EXPECT_EQ(chart.panels[0].series[0].label, "aaaa train");
  EXPECT_EQ(chart.panels[0].series[0].stroke, report::Stroke::kDashed);
  EXPECT_EQ(chart.panels[0].series[1].label, "aaaa");
  EXPECT_EQ(chart.panels[0].series[1].points[1].x, 2);
  EXPECT_EQ(chart.panels[0].series[1].points[1].y, 2);
  EXPECT_EQ(chart.x_label, "epoch");
}

TEST_F(CurvesTest, a_guess_is_a_level) {
  add("aaaa", {}, {{1, 10, "val/age_mae", 9}, {1, 10, "val/guess_age_mae", 12.5}});
  const report::Chart chart = curves(opened_, {run("aaaa")}, {"val/age_mae"}, {});
  ASSERT_THAT(chart.panels[0].levels, SizeIs(1));
  EXPECT_EQ(chart.panels[0].levels[0].y, 12.5);
}

TEST_F(CurvesTest, run_along_epochs_steps_or_minutes) {
  add("aaaa", {}, {{2, 20, "val/loss", 4}});
  const auto x = [&](XAxis axis) {
    return curves(opened_, {run("aaaa")}, {"val/loss"}, {.axis = axis})
        .panels[0]
        .series[0]
        .points[0]
        .x;
  };
  EXPECT_EQ(x(XAxis::kEpoch), 2);
  EXPECT_EQ(x(XAxis::kStep), 20);
  EXPECT_NEAR(x(XAxis::kMinutes), 1, 0.05) << "logged 60 s after the run began";
}

TEST_F(CurvesTest, steps_are_drawn_as_means) {
  add("aaaa", {}, {});
  const std::int64_t key = run("aaaa").key;
  for (std::int64_t step = 1; step <= 6; ++step) {
    StepRow row = step_row(step);
    row.loss = step == 4 ? std::nan("") : static_cast<double>(step);
    store_.write(key, row);
  }
  const auto points = [&](std::int64_t smooth) {
    return curves(opened_, {run("aaaa")}, {"step/loss"},
                  {.axis = XAxis::kStep, .smooth_steps = smooth})
        .panels[0]
        .series[0]
        .points;
  };
  ASSERT_THAT(points(4), SizeIs(2));
  EXPECT_EQ(points(4)[0].x, 4);
  EXPECT_EQ(points(4)[0].y, 2) << "of 1, 2, 3 and what is no number";
  EXPECT_EQ(points(4)[1].y, 5.5) << "of the 5 and 6 that are left";
  EXPECT_THAT(points(0), SizeIs(6)) << "fewer than a hundred need no means";
  EXPECT_TRUE(is_step_metric("step/lr"));
  EXPECT_FALSE(is_step_metric("val/loss"));
}

}  // namespace
}  // namespace ag::tracking
