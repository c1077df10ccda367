#include "framework/train/run_folder.h"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>

#include "framework/core/error.h"
#include "tests/support/temporary_folder.h"

namespace ag::train {
namespace {
namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RunFolderTest : public ::testing::Test {
 protected:
  fs::path touch(const std::string& run, std::int64_t step, int seconds_ago = 0) {
    const RunFolder folder(scratch_.path(), run);
    fs::create_directories(folder.path());
    fs::path file = folder.step_file(step);
    std::ofstream(file) << "x";
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::seconds(seconds_ago));
    return file;
  }
  std::string complaint(const std::string& what) {
    try {
      resume_candidates(what, scratch_.path());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kUsage);
      return error.what();
    }
    return "";
  }

  test::TemporaryFolder scratch_;
};

TEST_F(RunFolderTest, the_newest_step_stands_first_and_pruning_keeps_the_newest) {
  const fs::path late = touch("7f3a", 10000);
  const fs::path early = touch("7f3a", 9);
  const fs::path middle = touch("7f3a", 200);
  const RunFolder folder(scratch_.path(), "7f3a");
  std::ofstream(folder.best_file()) << "x";
  EXPECT_THAT(folder.step_files(), ElementsAre(late, middle, early));
  folder.prune(2);
  EXPECT_THAT(folder.step_files(), ElementsAre(late, middle));
  EXPECT_TRUE(fs::exists(folder.best_file()));
}

TEST_F(RunFolderTest, auto_looks_at_all_runs_the_newest_file_first) {
  const fs::path old = touch("7f3a", 500, 100);
  const fs::path recent = touch("81bc", 20, 10);
  EXPECT_THAT(resume_candidates("auto", scratch_.path()), ElementsAre(recent, old));
  EXPECT_TRUE(resume_candidates("auto", scratch_ / "nowhere").empty());
}

TEST_F(RunFolderTest, a_run_is_found_by_its_id_or_the_start_of_it) {
  const fs::path file = touch("7f3a", 5);
  touch("7fbb", 6);
  EXPECT_THAT(resume_candidates("7f3a", scratch_.path()), ElementsAre(file));
  EXPECT_THAT(resume_candidates("7f3", scratch_.path()), ElementsAre(file));
  EXPECT_THAT(resume_candidates(file, scratch_.path()), ElementsAre(file));
}

TEST_F(RunFolderTest, what_is_not_there_or_not_clear_is_told) {
  touch("7f3a", 5);
  touch("7fbb", 6);
  EXPECT_THAT(complaint("7f"), HasSubstr("2 runs begin so"));
  EXPECT_THAT(complaint("7f3b"), HasSubstr("did you mean 7f"));
  fs::create_directories(scratch_ / "empty");
  EXPECT_THAT(complaint("empty"), HasSubstr("saved no checkpoint"));
}

TEST_F(RunFolderTest, to_use_is_the_best_checkpoint_else_the_newest) {
  touch("7f3a", 5);
  const fs::path newest = touch("7f3a", 80);
  const RunFolder folder(scratch_.path(), "7f3a");
  EXPECT_EQ(checkpoint_to_use("7f", scratch_.path()), newest);
  EXPECT_EQ(checkpoint_to_use(folder.path(), "elsewhere"), newest);
  EXPECT_EQ(checkpoint_to_use(newest, "elsewhere"), newest);
  std::ofstream(folder.best_file()) << "x";
  EXPECT_EQ(checkpoint_to_use("7f3a", scratch_.path()), folder.best_file());
  EXPECT_EQ(folder.card_of_best(), folder.path() / "best.md");
}

TEST_F(RunFolderTest, nothing_to_use_is_told) {
  fs::create_directories(scratch_ / "81bc");
  EXPECT_THROW(checkpoint_to_use("81bc", scratch_.path()), Error);
  EXPECT_THROW(checkpoint_to_use("77", scratch_.path()), Error);
}

}  // namespace
}  // namespace ag::train
