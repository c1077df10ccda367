// A row a trial, byte by byte.
#include "launch/sweep_report/csv_report.h"

#include <gmock/gmock.h>

#include "tests/unit/sweep_report/results_for_tests.h"

namespace ag::sweep {
namespace {

TEST(SweepCsv, has_a_row_for_each_trial_with_all_digits) {
  Results results = sweep_of(
      {"model.width", "model.name"},
      {{.values = {"0.25", "mobilenet_v2"},
        .trials = {trial(7.503125), trial(0.1)},
        .parameters = 231040,
        .macs = 1234567},
       {.values = {"0.50", "a,\"b\""}, .trials = {bare(TrialState::kFailed, "out of memory")}}});
  results.points[0].trials[0].seconds = 12.5;
  results.points[0].trials[0].metrics["train/loss"] = 1.0 / 3;
  results.points[0].trials[1].metrics["val/loss"] = kNan;
  EXPECT_EQ(to_csv(results),
            "model.width,model.name,seed,run,state,epochs,seconds,parameters,macs,val/loss,"
            "val/age_mae,train/loss\n"
            "0.25,mobilenet_v2,1,p0s1,done,20,12.5,231040,1234567,,7.503125,0.3333333333333333\n"
            "0.25,mobilenet_v2,2,p0s2,done,20,0,231040,1234567,nan,0.1,\n"
            "0.50,\"a,\"\"b\"\"\",1,p1s1,failed,0,0,,,,,\n");
}

TEST(SweepCsv, of_an_empty_sweep_is_its_titles) {
  EXPECT_EQ(to_csv(sweep_of({"a"}, {})), "a,seed,run,state,epochs,seconds,parameters,macs\n");
}

TEST(SweepCsv, knows_every_state) {
  std::vector<PointResult> points(1);
  points[0].values = {"1"};
  for (const TrialState state : {TrialState::kWaiting, TrialState::kRunning, TrialState::kDone,
                                 TrialState::kPruned, TrialState::kFailed, TrialState::kStopped}) {
    points[0].trials.push_back(bare(state));
  }
  const std::string csv = to_csv(sweep_of({"a"}, points));
  for (const char* name : {"waiting", "running", "done", "pruned", "failed", "stopped"}) {
    EXPECT_THAT(csv, ::testing::HasSubstr(fmt::format(",{},0,", name)));
  }
}

}  // namespace
}  // namespace ag::sweep
