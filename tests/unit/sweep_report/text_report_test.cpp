// The report in a terminal, whole.
#include "launch/sweep_report/text_report.h"

#include <gmock/gmock.h>

#include "framework/core/text.h"
#include "tests/unit/sweep_report/results_for_tests.h"

namespace ag::sweep {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

constexpr report::Terminal kFile{.columns = 0, .colour = false};

// Two widths by three sizes, two seeds: one cell of it pruned, one failed, one point not there.
Results small_grid() {
  const auto at = [](const char* width, const char* size, std::vector<TrialResult> trials,
                     std::int64_t macs) {
    return PointResult{{width, size}, std::move(trials), 231040, macs};
  };
  return sweep_of(
      {"model.width", "dataset.size", "optimizer.name"},
      {at("0.5", "32", {trial(9), trial(9.5)}, 1000000),
       at("0.5", "48", {trial(8, TrialState::kPruned), bare(TrialState::kWaiting)}, 2500000),
       at("0.5", "64", {trial(7), trial(8)}, 5000000),
       at("1.0", "32", {trial(8), trial(8)}, 3000000),
       at("1.0", "64", {trial(6.5), bare(TrialState::kFailed, "out of memory\nat step 3")},
          20000000)});
}

Results with_optimizer(Results results) {
  for (PointResult& one : results.points) one.values.push_back("sgd");
  return results;
}

// Deviations: of 9 and 9.5 the root of 2 * 0.0625, of 7 and 8 that of 2 * 0.25.
TEST(SweepText, of_two_parameters_is_a_heat_map) {
  EXPECT_EQ(to_text(with_optimizer(small_grid()), kFile),
            "widths\n"
            "5 points, 10 trials: 7 done, 1 pruned, 1 waiting, 1 failed\n"
            "val/age_mae, lower is better: mean ± standard deviation over seeds, last epoch of "
            "each\n"
            "best: model.width 1.0, dataset.size 64: 6.500\n"
            "\n"
            "val/age_mae, lower is better; across: model.width\n"
            "dataset.size            0.5            1.0\n"
            "32            9.250 ± 0.354  8.000 ± 0.000\n"
            "48                  (8.000)\n"
            "64            7.500 ± 0.707        * 6.500\n"
            "\n"
            "(…) of pruned trials: where they were stopped, after fewer epochs, so in no "
            "comparison\n"
            "\n"
            "Pareto front: no other point is as good with fewer MACs\n"
            "macs  parameters    val/age_mae  model.width  dataset.size\n"
            "  1M        231k  9.250 ± 0.354          0.5            32\n"
            "  3M        231k  8.000 ± 0.000          1.0            32\n"
            "  5M        231k  7.500 ± 0.707          0.5            64\n"
            " 20M        231k        * 6.500          1.0            64\n"
            "\n"
            "not done\n"
            "trials  state    reason         runs\n"
            "     1  waiting                 p1s2\n"
            "     1  pruned                  p1s1\n"
            "     1  failed   out of memory  p4s2\n");
}

// The best value has the shade of the best, the worst that of the worst.
TEST(SweepText, has_colours_where_the_terminal_has) {
  const report::Terminal colours{.columns = 0, .colour = true};
  const std::string text = to_text(with_optimizer(small_grid()), colours);
  EXPECT_THAT(text, HasSubstr("\033[48;5;226;38;5;16m      * 6.500\033[0m"));
  EXPECT_THAT(text, HasSubstr("\033[48;5;53;38;5;231m9.250 ± 0.354\033[0m"));
  EXPECT_THAT(text, HasSubstr("\033[2m      (8.000)\033[0m")) << "what isn't compared has none";
  std::string stripped = text;
  for (std::size_t at; (at = stripped.find('\033')) != std::string::npos;) {
    stripped.erase(at, stripped.find('m', at) - at + 1);
  }
  EXPECT_EQ(stripped, to_text(with_optimizer(small_grid()), kFile));
}

TEST(SweepText, keeps_to_a_narrow_terminal) {
  Results results = with_optimizer(small_grid());
  results.points[4].trials[1].reason = "the loss is NaN at step 1200; try a lower learning rate";
  for (int columns = 62; columns < 120; ++columns) {
    const std::string text = to_text(results, {.columns = columns, .colour = false});
    std::size_t at = 0;
    for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      EXPECT_LE(display_columns(text.substr(at, end - at)), columns) << text.substr(at, end - at);
    }
    EXPECT_THAT(text, HasSubstr("* 6.500"));
  }
  EXPECT_THAT(to_text(results, {.columns = 34, .colour = false}),
              HasSubstr("dat…size            0.5\n"
                        "32        9.250 ± 0.354\n"
                        "48              (8.000)\n"
                        "64        7.500 ± 0.707\n"
                        "\n"
                        "dat…size            1.0\n"
                        "32        8.000 ± 0.000\n"
                        "48\n"
                        "64              * 6.500\n"))
      << "a table too wide is told in parts";
}

TEST(SweepText, of_one_parameter_is_a_table_of_points_best_first) {
  const Results results = sweep_of(
      {"model.name"},
      {point({"mobilenet_v1"}, 8), point({"mobilenet_v2"}, 7), point({"mobilenet_v3"}, kNan)});
  EXPECT_EQ(to_text(results, kFile),
            "widths\n"
            "3 points, 3 trials: 3 done\n"
            "val/age_mae, lower is better: last epoch of each\n"
            "best: model.name mobilenet_v2: 7\n"
            "\n"
            "model.name    val/age_mae  seeds  macs  parameters\n"
            "mobilenet_v2          * 7    1/1\n"
            "mobilenet_v1            8    1/1\n"
            "mobilenet_v3          nan    1/1\n");
}

TEST(SweepText, of_three_parameters_shows_other_metrics_beside_each_other) {
  Results results =
      sweep_of({"a", "b", "c"}, {point({"1", "1", "1"}, 8), point({"2", "2", "2"}, 7)});
  results.points[0].trials[0].metrics["val/gender_accuracy"] = 0.75;
  results.points[1].trials[0].metrics["val/gender_accuracy"] = 0.5;
  results.points[1].trials[0].metrics["train/images_per_second"] = 1500;
  results.at = tracking::At::kBest;
  const std::string text = to_text(results, kFile);
  EXPECT_THAT(text, HasSubstr("best epoch of each\n"));
  EXPECT_THAT(
      text, HasSubstr("a  b  c  val/age_mae  val/gender_accuracy  train/images_per_second  seeds"));
  EXPECT_THAT(text,
              HasSubstr("2  2  2          * 7               0.5000                    1,500"));
  EXPECT_THAT(text,
              HasSubstr("1  1  1            8             * 0.7500                        –"));
}

TEST(SweepText, of_twenty_points_tells_what_matters) {
  const Results results = square_grid(5, [](int i, int j) { return 50 + 2 * i + j; });
  EXPECT_THAT(to_text(results, kFile),
              HasSubstr("share of the variance of val/age_mae\n"
                        "a                      80%  ████████████████████████████████\n"
                        "b                      20%  ████████\n"
                        "together, and chance    0%\n"));
  EXPECT_THAT(to_text(square_grid(4, [](int i, int) { return i; }), kFile),
              Not(HasSubstr("variance of")));
}

TEST(SweepText, has_no_front_where_all_cost_the_same) {
  const Results results = sweep_of({"a"}, {point({"1"}, 8, 100), point({"2"}, 7, 100)});
  EXPECT_THAT(to_text(results, kFile), Not(HasSubstr("Pareto")));
}

TEST(SweepText, of_what_has_not_begun_says_so) {
  std::vector<PointResult> points;
  for (const char* a : {"1", "2"}) {
    for (const char* b : {"1", "2", "3"}) {
      points.push_back({.values = {a, b}, .trials = {bare(TrialState::kWaiting)}, .macs = 5});
    }
  }
  EXPECT_EQ(to_text(sweep_of({"a", "b"}, points), kFile),
            "widths\n"
            "6 points, 6 trials: 6 waiting\n"
            "val/age_mae, lower is better: last epoch of each\n"
            "\n"
            "val/age_mae, lower is better; across: a\n"
            "b        1        2\n"
            "1  waiting  waiting\n"
            "2  waiting  waiting\n"
            "3  waiting  waiting\n"
            "\n"
            "not done\n"
            "trials  state    reason  runs\n"
            "     6  waiting          p0s1, p1s1, p2s1, p3s1, …\n");
}

TEST(SweepText, of_one_point_or_of_none_is_a_report_too) {
  EXPECT_THAT(to_text(sweep_of({"a"}, {point({"1"}, 8, 100)}), kFile),
              HasSubstr("a  val/age_mae  seeds  macs  parameters\n1            8    1/1   100\n"));
  EXPECT_THAT(to_text(sweep_of({"a"}, {}), kFile), HasSubstr("0 points, 0 trials\n"));
  EXPECT_THAT(to_text(sweep_of({}, {point({}, 8)}), kFile),
              HasSubstr("1 point, 1 trial: 1 done\n"));
}

}  // namespace
}  // namespace ag::sweep
