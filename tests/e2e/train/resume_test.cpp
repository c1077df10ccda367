// The same seed gives the same bits, and so does stopping in the middle and going on.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/e2e/train/training_fixture.h"

namespace ag::test {
namespace {

using ::testing::ContainerEq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Resume : public TrainingTest {
 protected:
  static constexpr std::int64_t kMiddle = 8;  // the third step of the second epoch
  static constexpr std::int64_t kEnd = 3 * kStepsPerEpoch;

  // Three epochs with all that has state: momentum, a schedule, plateau reduction, augmentation,
  // dropout.
  static constexpr const char* kSettings =
      "train.epochs=3 optimizer.lr=0.05 optimizer.nesterov=true schedule.name=one_cycle "
      "plateau.metric=val/loss plateau.patience=1 plateau.factor=0.5";

  // Stops after kMiddle steps and goes on from there.
  void train_in_two_parts(const std::string& name, const std::string& settings) const {
    train(2, name, fmt::format("{} train.steps={}", settings, kMiddle));
    train(2, name, settings + " --resume auto");
  }

  void expect_same_end(const std::string& name, const std::string& other) const {
    EXPECT_THAT(different_tensors(checkpoint(name, kEnd), checkpoint(other, kEnd)), IsEmpty());
    for (int epoch = 1; epoch <= 3; ++epoch) {
      EXPECT_THAT(metrics(name, epoch), ContainerEq(metrics(other, epoch))) << "epoch " << epoch;
      EXPECT_FALSE(metrics(name, epoch).empty());
    }
  }
};

TEST_F(Resume, the_same_seed_twice_gives_the_same_bits) {
  train(2, "first", kSettings);
  train(2, "second", kSettings);
  expect_same_end("second", "first");
  train(2, "other_seed", std::string(kSettings) + " seed=6");
  EXPECT_FALSE(
      different_tensors(checkpoint("other_seed", kEnd), checkpoint("first", kEnd)).empty());
}

TEST_F(Resume, from_the_middle_of_an_epoch_gives_the_same_bits_with_that_epochs_metrics) {
  train(2, "whole", kSettings);
  train_in_two_parts("parts", kSettings);
  expect_same_end("parts", "whole");
}

TEST_F(Resume, with_other_optimizers_gives_the_same_bits) {
  for (const std::string optimizer : {"adamw", "rmsprop"}) {
    const std::string settings = fmt::format(
        "{} optimizer.nesterov=false optimizer.name={} optimizer.lr=0.001", kSettings, optimizer);
    train(2, optimizer + "_whole", settings);
    train_in_two_parts(optimizer + "_parts", settings);
    expect_same_end(optimizer + "_parts", optimizer + "_whole");
  }
}

TEST_F(Resume, a_finished_run_trains_longer_by_its_id) {
  const std::string constant = "optimizer.lr=0.01 schedule.name=constant";
  train(2, "whole", constant + " train.epochs=3");
  train(2, "longer", constant + " train.epochs=2");
  const std::string id = checkpoint_path("longer", 1).parent_path().filename();
  train(2, "longer", constant + " train.epochs=3 --resume " + id);
  expect_same_end("longer", "whole");
}

// A signal may come when all steps are done and the last epoch's validation isn't.
TEST_F(Resume, from_behind_the_last_step_has_the_last_epochs_metrics) {
  const std::string constant = "optimizer.lr=0.01 schedule.name=constant checkpoint.every_epochs=9";
  train(2, "whole", constant + " train.epochs=2");
  train(2, "longer", constant + " train.epochs=3");
  const std::int64_t last = 2 * kStepsPerEpoch;
  train(2, "rest",
        constant + " train.epochs=2 --resume " + checkpoint_path("longer", last).string());
  EXPECT_FALSE(metrics("whole", 2).empty());
  EXPECT_THAT(metrics("rest", 2), ContainerEq(metrics("whole", 2)));
  EXPECT_THAT(different_tensors(checkpoint("rest", last), checkpoint("whole", last)), IsEmpty());
}

TEST_F(Resume, auto_begins_anew_where_nothing_is_unfinished) {
  train(1, "run", "");
  const Ended again = run(command(1, "run", "--resume auto"), folder());
  EXPECT_EQ(again.code, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("a new one begins"));
}

TEST_F(Resume, a_cut_checkpoint_is_skipped_for_the_one_before_it) {
  train(1, "whole", "train.epochs=3");
  train(1, "cut", fmt::format("train.epochs=3 train.steps={}", kMiddle));
  std::filesystem::resize_file(checkpoint_path("cut", kMiddle), 5000);
  const Ended ended = run(command(1, "cut", "train.epochs=3 --resume auto"), folder());
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("warning: "));
  EXPECT_THAT(ended.output, HasSubstr(fmt::format("goes on after step {}", kMiddle - 1)));
  expect_same_end("cut", "whole");
}

TEST_F(Resume, another_model_or_seed_is_refused_by_name) {
  train(1, "run", "train.epochs=3 train.steps=2");
  const Ended ended =
      run(command(2, "run", "train.epochs=3 model.width=0.5 --resume auto"), folder());
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("model.width = 0.25, but the experiment says 0.5"));
}

TEST_F(Resume, another_optimizer_is_refused_by_name) {
  train(1, "run", "train.epochs=3 train.steps=2");
  const Ended ended =
      run(command(1, "run", "train.epochs=3 optimizer.name=adamw --resume auto"), folder());
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("was saved with optimizer.name = sgd, but the experiment "
                                      "says adamw; set it as it was, or start a new run"));
}

TEST_F(Resume, other_pictures_are_refused_in_words) {
  train(1, "run", "train.epochs=3 train.steps=2");
  pack(kTrain + 1, kValidation);
  const Ended ended = run(command(1, "run", "train.epochs=3 --resume auto"), folder());
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output,
              HasSubstr(fmt::format("was trained on other pictures than {}/data holds now; set "
                                    "dataset.path to those, or start a new run without --resume",
                                    folder().string())));
}

TEST_F(Resume, a_run_that_is_given_its_id_goes_on_or_begins_by_the_same_command) {
  const std::string settings = std::string(kSettings) + " --run trial-1";
  train(2, "whole", kSettings);
  // It begins, loses what it saved, begins anew, stops in the middle, and goes on.
  train(2, "often", settings + " train.steps=2");
  std::filesystem::remove_all(folder() / "often/trial-1");
  train(2, "often", fmt::format("{} train.steps={}", settings, kMiddle));
  train(2, "often", settings);
  expect_same_end("often", "whole");
  EXPECT_EQ(checkpoint_path("often", kEnd).parent_path().filename(), "trial-1");
  SQLite::Database database((folder() / "often/tracking.db").string());
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM run").getInt(), 1);
  EXPECT_EQ(database.execAndGet("SELECT id || status || resumed_from FROM run").getString(),
            "trial-1finished");
  const Ended bad = run(command(0, "bad", "--run ../x"), folder());
  EXPECT_EQ(bad.code, 2) << bad.output;
}

TEST_F(Resume, only_the_last_k_checkpoints_and_the_best_are_kept) {
  train(1, "run", "train.epochs=3 checkpoint.keep_last=2 checkpoint.every_steps=0");
  const std::filesystem::path run = checkpoint_path("run", kEnd).parent_path();
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(run))
    names.push_back(file.path().filename());
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("best.safetensors", "best.md",
                                                     "step-00000010.safetensors",
                                                     "step-00000015.safetensors"));
}

}  // namespace
}  // namespace ag::test
