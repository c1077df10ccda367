// The page: well-formed, safe whatever the names, and with every number in it.
#include "launch/sweep_report/html_report.h"

#include <gmock/gmock.h>

#include <string_view>

#include "tests/support/markup_fault.h"
#include "tests/unit/sweep_report/results_for_tests.h"

namespace ag::sweep {
namespace {
using test::fault_of;
using ::testing::HasSubstr;
using ::testing::Not;

const PageInfo kInfo{.database = "/home/ada/runs/tracking.db", .date = "2025-11-24 13:53"};

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

Results big_grid() {
  Results results = square_grid(5, [](int i, int j) { return 5 + 0.5 * i + 0.125 * j; });
  for (std::size_t i = 0; i < results.points.size(); ++i) {
    PointResult& one = results.points[i];
    one.macs = static_cast<std::int64_t>(1000000 * (i + 1));
    one.parameters = 5000;
    one.trials.push_back(trial(one.trials[0].metrics[kMae] + 0.5));
    one.trials[1].id = fmt::format("p{}s2", i);
    one.trials[1].seed = 2;
  }
  return results;
}

TEST(SweepPage, is_well_formed_and_stands_alone) {
  const std::string page = to_html(big_grid(), kInfo);
  EXPECT_EQ(fault_of(page), std::nullopt);
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("href=")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(page, HasSubstr("width=device-width"));
}

TEST(SweepPage, says_where_it_is_from) {
  const std::string page = to_html(big_grid(), kInfo);
  EXPECT_THAT(page, HasSubstr("<h1>widths</h1>"));
  EXPECT_THAT(page, HasSubstr("2025-11-24 13:53, from /home/ada/runs/tracking.db"));
}

// Seeds of y and y + 0.5: mean y + 0.25, deviation 0.5 / root 2.
TEST(SweepPage, has_every_number_of_the_sweep) {
  const Results results = big_grid();
  const std::string page = to_html(results, kInfo);
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) {
      const std::string mean = fmt::format("{:.3f}", 5.25 + 0.5 * i + 0.125 * j);
      EXPECT_GE(count_of(page, mean), 2u) << mean << " in the heat map and in the table";
    }
  }
  EXPECT_GE(count_of(page, "± 0.354"), 50u);
  for (const PointResult& one : results.points) {
    for (const TrialResult& of : one.trials) EXPECT_THAT(page, HasSubstr(">" + of.id + "<"));
  }
  EXPECT_THAT(page, HasSubstr("5.000 – 5.500")) << "the seeds' spread";
  EXPECT_THAT(page, HasSubstr("class=\"best\""));
}

TEST(SweepPage, has_a_front_and_what_matters) {
  const std::string page = to_html(big_grid(), kInfo);
  EXPECT_THAT(page, HasSubstr("MACs of a picture"));
  EXPECT_EQ(count_of(page, "<circle"), 25u);
  EXPECT_THAT(page, HasSubstr("How much each parameter matters"));
  // Variances 2 / 4 and 2 / 64: 16 of 17, 1 of 17.
  EXPECT_THAT(page, HasSubstr(">94%<"));
  EXPECT_THAT(page, HasSubstr(">6%<"));
}

TEST(SweepPage, shows_names_as_they_are) {
  const std::string evil = "<script>alert('x')</script>&\"\x01";
  Results results =
      sweep_of({evil, "b" + evil}, {point({evil, "1"}, 8, 100), point({"2", evil}, 7, 10)});
  results.name = evil;
  results.metric = evil;
  for (PointResult& one : results.points) {
    one.trials[0].id = evil;
    one.trials[0].metrics[evil] = 1;
    one.trials.push_back(bare(TrialState::kFailed, evil));
  }
  const std::string page = to_html(results, {.database = evil, .date = evil});
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("\x01")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\uFFFD"));
  EXPECT_EQ(fault_of(page), std::nullopt);
}

TEST(SweepPage, leaves_out_what_there_is_nothing_of) {
  const std::string page = to_html(sweep_of({"a"}, {point({"1"}, 8), point({"2"}, kNan)}), kInfo);
  EXPECT_EQ(fault_of(page), std::nullopt);
  EXPECT_THAT(page, Not(HasSubstr("Pareto")));
  EXPECT_THAT(page, Not(HasSubstr("How much")));
  EXPECT_THAT(page, Not(HasSubstr("Not done")));
  EXPECT_THAT(page, Not(HasSubstr("lowest – highest")));
  EXPECT_THAT(page, Not(HasSubstr("<svg")));
  EXPECT_THAT(page, HasSubstr(">nan<"));
}

TEST(SweepPage, takes_whatever_there_is) {
  const auto whole = [](const Results& results) {
    return fault_of(to_html(results, kInfo)) == std::nullopt;
  };
  EXPECT_TRUE(whole(sweep_of({}, {})));
  EXPECT_TRUE(whole(sweep_of({"a"}, {})));
  EXPECT_TRUE(whole(sweep_of({}, {point({}, 1)})));
  EXPECT_TRUE(whole(sweep_of({"a"}, {point({"1"}, 8, 100)})));
  EXPECT_TRUE(whole(square_grid(5, [](int, int) { return kNan; })));
  Results missing = square_grid(3, [](int i, int j) { return i + j; });
  missing.points.erase(missing.points.begin() + 4);
  missing.points[0].trials[0] = bare(TrialState::kFailed, "no memory");
  EXPECT_TRUE(whole(missing));
  const std::string page = to_html(missing, kInfo);
  EXPECT_THAT(page, HasSubstr("no memory"));
  EXPECT_EQ(count_of(page, "class=\"empty\""), 2u) << "a failed cell and one that isn't there";
}

TEST(SweepPage, many_values_are_told_by_their_ends) {
  std::vector<PointResult> points;
  for (int i = 0; i < 30; ++i) points.push_back(point({fmt::format("0.{:03}", i)}, i));
  EXPECT_THAT(to_html(sweep_of({"lr"}, points), kInfo), HasSubstr("30 values from 0.000 to 0.029"));
}

}  // namespace
}  // namespace ag::sweep
