#include "launch/sweep/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "launch/sweep/plan_file.h"
#include "tests/support/temporary_folder.h"

namespace ag::sweep {
namespace {

using testing::Contains;
using testing::HasSubstr;

class PlanTest : public testing::Test {
 protected:
  void SetUp() override { write("base.yaml", base_); }

  void write(const std::string& name, const std::string& text) const {
    write_file_atomically(folder_ / name, text);
  }
  Plan plan(const std::string& yaml) const {
    write("sweep.yaml", yaml);
    return make_plan(load_sweep(folder_ / "sweep.yaml"));
  }
  std::string complaint(const std::string& yaml) const {
    try {
      plan(yaml);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kUsage);
      return error.what();
    }
    return "";
  }

  test::TemporaryFolder folder_;
  std::string base_ =
      "name: base\nseed: 4\ndataset: {path: data, size: 64}\ntrain: {epochs: 5}\n"
      "tracking: {database: runs/t.db}\n";
  const std::string grid_ =
      "base: base.yaml\nparameters:\n  model.width: {values: [0.5, 1.0]}\n"
      "  dataset.size: {values: [32, 64]}\n";
};

TEST_F(PlanTest, names_every_trial_by_what_it_trains) {
  const Plan four = plan(grid_);
  EXPECT_EQ(four.points, 4U);
  ASSERT_EQ(four.trials.size(), 4U);
  std::set<std::string> ids;
  for (const Trial& trial : four.trials) {
    EXPECT_EQ(trial.id.size(), 12U);
    EXPECT_EQ(trial.seed, 4);
    EXPECT_EQ(trial.epochs, 5);
    ids.insert(trial.id);
  }
  EXPECT_EQ(ids.size(), 4U);
  EXPECT_THAT(four.trials[0].assignments, Contains("model.width=0.5"));
  EXPECT_EQ(title_of(four, four.trials[1]), "width=0.5 size=64");
}

TEST_F(PlanTest, an_id_is_of_the_resolved_configuration_and_nothing_else) {
  const Plan one = plan(grid_);
  base_ =
      "train: {epochs: 5}\ndataset: {size: 64, path: data}\nseed: 4\nname: other\n"
      "checkpoint: {directory: elsewhere}\ntracking: {database: runs/t.db}\n";
  write("base.yaml", base_);
  EXPECT_EQ(plan(grid_).trials[2].id, one.trials[2].id);
  EXPECT_EQ(plan(grid_ + "name: renamed\n").trials[2].id, one.trials[2].id);
  EXPECT_NE(plan(grid_ + "set: {optimizer.lr: 0.5}\n").trials[2].id, one.trials[2].id);
  EXPECT_NE(plan(grid_ + "launcher: {ranks: 2}\n").trials[2].id, one.trials[2].id);
}

TEST_F(PlanTest, a_point_is_trained_with_each_seed_after_every_point_had_the_one_before) {
  const Plan plan_of_eight = plan(grid_ + "seeds: [1, 2]\n");
  EXPECT_EQ(plan_of_eight.points, 4U);
  ASSERT_EQ(plan_of_eight.trials.size(), 8U);
  EXPECT_EQ(plan_of_eight.trials[3].seed, 1);
  EXPECT_EQ(plan_of_eight.trials[4].seed, 2);
  EXPECT_EQ(plan_of_eight.trials[4].point, 0U);
}

TEST_F(PlanTest, refuses_what_cannot_be_run_before_anything_is) {
  EXPECT_THAT(complaint("base: base.yaml\nparameters: {model.widht: {values: [1, 2]}}\n"),
              AllOf(HasSubstr("model.widht"), HasSubstr("model.width")));
  EXPECT_THAT(complaint("base: base.yaml\nparameters: {model.width: {values: [-1, 2]}}\n"),
              AllOf(HasSubstr("sweep.yaml"), HasSubstr("model.width")));
  EXPECT_THAT(complaint("base: base.yaml\nparameters: {model.width: {values: [a, b]}}\n"),
              HasSubstr("must be a number"));
  EXPECT_THAT(complaint("base: none.yaml\nparameters: {model.width: {values: [1, 2]}}\n"),
              HasSubstr("there is no such file"));
  EXPECT_THAT(complaint("parameters: {model.width: {values: [1, 2]}}\n"), HasSubstr("base"));
  EXPECT_THAT(complaint("base: base.yaml\nparameters: {model.width: {values: [1, 1.0]}}\n"),
              HasSubstr("are the same experiment"));
  EXPECT_THAT(complaint(grid_ + "methd: grid\n"), HasSubstr("the nearest is 'method'"));
  EXPECT_THAT(complaint(grid_ + "method: random\n"), HasSubstr("runs"));
  EXPECT_THAT(complaint("base: base.yaml\nparameters: {optimizer.lr: {min: 0.1, max: 0.2}}\n"),
              HasSubstr("a grid can't be laid"));
}

TEST_F(PlanTest, names_the_line_of_a_key_or_value_that_is_wrong) {
  const std::string sweep = (folder_ / "sweep.yaml").string();
  EXPECT_EQ(complaint("base: base.yaml\nparameters:\n  model.widht: {values: [0.5, 1]}\n"),
            sweep + ":3: 'model.widht' isn't a key; the nearest is 'model.width'");
  EXPECT_EQ(complaint(grid_ + "set:\n  train: {epoch: 3}\n"),
            sweep + ":6: 'train.epoch' isn't a key; the nearest is 'train.epochs'");
  EXPECT_EQ(
      complaint("base: base.yaml\nparameters:\n  model.width: {values: [0.5, -1]}\n"
                "  dataset.size: {values: [64, 96]}\n"),
      sweep +
          ":3: model.width is -1, but must be above 0, up to 2 (in the trial width=-1 size=64)");
  EXPECT_THAT(complaint("base: base.yaml\nparameters:\n  model.width:\n    values: [a, b]\n"),
              HasSubstr(sweep + ":3: model.width is 'a', but must be a number"));
}

TEST_F(PlanTest, a_key_of_the_base_that_does_not_go_with_a_value_names_the_trial) {
  write("base.yaml", base_ + "optimizer: {nesterov: true}\n");
  EXPECT_THAT(complaint("base: base.yaml\nparameters:\n  optimizer.name: {values: [sgd, adamw]}\n"),
              AllOf(HasSubstr("base.yaml"),
                    HasSubstr("optimizer.nesterov is for sgd alone (in the trial name=adamw)")));
}

TEST_F(PlanTest, refuses_what_could_only_fail_later) {
  EXPECT_THAT(complaint(grid_ + "metric: {name: val/age_mea}\n"), HasSubstr("val/age_mae"));
  EXPECT_THAT(complaint(grid_ + "set: {tracking.database: other.db}\n"),
              HasSubstr("several tracking databases"));
  EXPECT_THAT(complaint(grid_ + "name: ../x\n"), HasSubstr("can't be a sweep's name"));
}

TEST_F(PlanTest, refuses_a_base_that_is_wrong_itself) {
  write("base.yaml", "modle: {width: 1}\n");
  EXPECT_THAT(complaint(grid_), AllOf(HasSubstr("base.yaml:1"), HasSubstr("model")));
  write("base.yaml", "dataset: {path: data}\ntracking: {database: null}\n");
  EXPECT_THAT(complaint(grid_), HasSubstr("aren't tracked"));
}

TEST_F(PlanTest, survives_its_file) {
  const Plan before = plan(grid_ + "seeds: [1, 2]\nearly_terminate: {type: asha}\n");
  const Plan after = plan_from_json(to_json(before), "sweep.json");
  EXPECT_EQ(after.config.name, before.config.name);
  EXPECT_EQ(after.config.early_terminate.type, "asha");
  EXPECT_EQ(after.base_yaml, before.base_yaml);
  EXPECT_EQ(after.working_folder, before.working_folder);
  EXPECT_EQ(after.parameters(), before.parameters());
  ASSERT_EQ(after.trials.size(), before.trials.size());
  EXPECT_EQ(after.trials[5].id, before.trials[5].id);
  EXPECT_EQ(after.trials[5].assignments, before.trials[5].assignments);
  EXPECT_EQ(title_of(after, after.trials[5]), title_of(before, before.trials[5]));
  EXPECT_THROW(plan_from_json("{", "sweep.json"), Error);
}

TEST_F(PlanTest, reads_a_file_from_before_versions_and_refuses_a_later_one) {
  const Plan before = plan(grid_);
  const std::string key = "\"version\": 1";
  std::string text = to_json(before);
  const std::size_t at = text.find(key);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, key.size(), "\"version\": 2");
  try {
    plan_from_json(text, "sweep.json");
    ADD_FAILURE() << "a later version was read";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("has version 2, this program reads version 1"));
  }
  text.erase(at, key.size() + 1);  // and the comma
  EXPECT_EQ(plan_from_json(text, "sweep.json").trials.size(), before.trials.size());
}

}  // namespace
}  // namespace ag::sweep
