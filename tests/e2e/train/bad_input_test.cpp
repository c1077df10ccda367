// Every mistake of a user gets one message that says what, where and how to mend it, and nothing
// hangs.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "framework/core/atomic_file.h"
#include "tests/e2e/train/training_fixture.h"

namespace ag::test {
namespace {
namespace fs = std::filesystem;

using ::testing::HasSubstr;

class BadInput : public TrainingTest {
 protected:
  // Expects the run on two ranks to end with `code` and one message that contains `text`.
  void expect_complaint(const std::string& settings, int code, const std::string& text) const {
    const Ended ended = run(command(2, "run", settings), folder(), 60);
    EXPECT_EQ(ended.code, code) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(text));
    const std::string ours = "agtrain: ";
    const std::size_t first = ended.output.find(ours);
    ASSERT_NE(first, std::string::npos) << ended.output;
    EXPECT_EQ(ended.output.find(ours, first + 1), std::string::npos) << ended.output;
  }

  fs::path only_shard() const {
    for (const auto& file : fs::directory_iterator(folder() / "data")) {
      if (file.path().extension() == ".h5") return file.path();
    }
    return {};
  }
};

TEST_F(BadInput, a_mistyped_key_names_file_line_and_the_nearest_key) {
  std::ofstream(folder() / "tiny.yaml", std::ios::app) << "optimiser: {lr: 1}\n";
  expect_complaint("", 2, "tiny.yaml:10: 'optimiser' isn't a key; the nearest is 'optimizer'");
}

TEST_F(BadInput, a_wrong_value_names_the_values_allowed) {
  expect_complaint(
      "optimizer.name=sdg", 2,
      "optimizer.name is sdg, but must be one of sgd, adamw, rmsprop; did you mean 'sgd'?");
}

TEST_F(BadInput, a_metric_that_no_epoch_has_names_those_there_are) {
  expect_complaint("plateau.metric=val/mae", 2,
                   "plateau.metric is val/mae, but must be one of train/loss, train/age_loss, ");
}

TEST_F(BadInput, a_wrong_type_names_what_is_wanted) {
  expect_complaint("train.epochs=ten", 2, "train.epochs is 'ten', but must be a whole number");
}

TEST_F(BadInput, a_missing_experiment_file) {
  fs::remove(folder() / "tiny.yaml");
  expect_complaint("", 2, "tiny.yaml: there is no such file");
}

TEST_F(BadInput, a_missing_data_set_says_how_to_make_one) {
  fs::remove_all(folder() / "data");
  expect_complaint("", 2,
                   (folder() / "data").string() +
                       ": holds no data set (no dataset.json); run agprep to make one");
}

TEST_F(BadInput, a_data_set_without_validation_pictures_is_noted_and_has_no_val_metric_to_watch) {
  pack(kTrain, 0);
  expect_complaint("plateau.metric=val/loss", 2,
                   "plateau.metric=val/loss: " + (folder() / "data").string() +
                       " has no validation pictures; take a train/ metric");
  const Ended ended = run(command(1, "run", "plateau.metric=train/loss"), folder(), 60);
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("note: without validation pictures there are no val/ "
                                      "metrics and no best.safetensors; agprep's --val"));
}

TEST_F(BadInput, a_cut_shard_is_named) {
  const fs::path shard = only_shard();
  fs::resize_file(shard, fs::file_size(shard) / 2);
  expect_complaint("", 1, shard.filename());
}

TEST_F(BadInput, a_foreign_file_in_the_place_of_a_shard_is_named) {
  const fs::path shard = only_shard();
  write_file_atomically(shard, std::string(fs::file_size(shard), 'x'));
  expect_complaint("", 1, shard.filename());
}

TEST_F(BadInput, a_changed_picture_ends_all_ranks_and_names_its_shard) {
  const fs::path shard = only_shard();
  std::string bytes = read_file(shard);
  // The first two thirds of a shard are pictures.
  for (std::size_t i = bytes.size() / 4; i < bytes.size() / 2; i += 100)
    bytes[i] = static_cast<char>(bytes[i] + 1);
  write_file_atomically(shard, bytes);
  const Ended ended = run(command(2, "run", ""), folder(), 60);
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr(shard.filename()));
  EXPECT_THAT(ended.output, HasSubstr("agtrain: rank "));
}

TEST_F(BadInput, a_loss_that_explodes_is_one_message_and_no_hang) {
  expect_complaint("loss.age_weight=1e39", 1, "the loss isn't finite");
}

TEST_F(BadInput, a_full_disk_ends_the_run_and_leaves_no_half_checkpoint) {
  const fs::path disk = folder() / "run";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=200k") != 0) {
    GTEST_SKIP() << "only root may mount the small disk that this fills";
  }
  const Ended ended = run(command(2, "run", "tracking.database=null"), folder(), 60);
  std::vector<std::string> left;
  for (const auto& file : fs::recursive_directory_iterator(disk)) {
    if (file.is_regular_file()) left.push_back(file.path());
  }
  ::umount(disk.c_str());
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("can't write: No space left on device; free some space"));
  EXPECT_THAT(left, ::testing::IsEmpty());
}

TEST_F(BadInput, a_disk_that_fills_up_names_the_checkpoint_to_go_on_from) {
  const fs::path disk = folder() / "run";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=6m") != 0) {
    GTEST_SKIP() << "only root may mount the small disk that this fills";
  }
  const std::string settings = "train.epochs=2 tracking.database=null ";
  // The ranks that are left have time to miss rank 0, and nothing to add to what it has said.
  const Ended full =
      run("env OMPI_MCA_odls_base_sigkill_timeout=5 " + command(2, "run", settings), folder(), 60);
  const std::size_t end = full.output.find(" then goes on");
  const std::size_t begin = full.output.rfind("--resume ", end);
  const std::string way_on = end == std::string::npos ? "" : full.output.substr(begin, end - begin);
  ::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=100m");
  const Ended mended = run(command(2, "run", settings + way_on), folder(), 60);
  ::umount(disk.c_str());
  EXPECT_EQ(full.code, 1) << full.output;
  EXPECT_EQ(full.output.rfind("agtrain: "), full.output.find("agtrain: ")) << full.output;
  EXPECT_THAT(full.output,
              HasSubstr("No space left on device; free some space or choose another folder; the "
                        "same command with --resume " +
                        disk.string()));
  EXPECT_EQ(mended.code, 0) << mended.output;
  EXPECT_THAT(mended.output, HasSubstr("goes on after step "));
}

TEST_F(BadInput, a_database_that_is_another_file_is_named_before_training) {
  write_file_atomically(folder() / "notes.txt", "not a database, whatever its name says");
  expect_complaint("tracking.database=" + (folder() / "notes.txt").string(), 2,
                   "notes.txt: is no tracking database");
}

TEST_F(BadInput, a_place_for_checkpoints_that_cannot_be_made_is_named_before_training) {
  write_file_atomically(folder() / "file", "where a folder should be");
  expect_complaint("checkpoint.directory=" + (folder() / "file" / "runs").string(), 1,
                   "can't make this folder");
}

TEST_F(BadInput, an_unknown_option_shows_the_usage_once) {
  const Ended ended = run(command(2, "run", "--fast"), folder(), 60);
  EXPECT_EQ(ended.code, 2) << ended.output;
  const std::size_t first = ended.output.find("--fast");
  ASSERT_NE(first, std::string::npos) << ended.output;
  EXPECT_EQ(ended.output.find("--fast", first + 1), std::string::npos) << ended.output;
}

TEST_F(BadInput, processes_of_another_mpis_launcher_do_not_train_each_by_itself) {
  const auto process = [this](int rank) {
    const std::string variables = fmt::format(
        "env SLURM_STEP_NUM_TASKS=4 SLURM_STEP_ID=0 SLURM_PROCID={} "
        "HWLOC_HIDE_ERRORS=2 ",  // MPI's library else tells of a missing /sys
        rank);
    return run(variables + command(0, "run", ""), folder(), 60);
  };
  const Ended first = process(0);
  EXPECT_EQ(first.code, 2);
  EXPECT_THAT(first.output, HasSubstr("agtrain: MPI counts 1 rank, but 4 processes were started"));
  const Ended third = process(2);
  EXPECT_EQ(third.code, 2);
  EXPECT_EQ(third.output, "");
  EXPECT_FALSE(fs::exists(folder() / "run"));
}

TEST_F(BadInput, resuming_what_is_not_there_names_the_place) {
  expect_complaint("--resume abcd", 2, "there is neither such a file nor such a run");
}

}  // namespace
}  // namespace ag::test
