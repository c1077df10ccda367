#include "framework/core/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "framework/core/error.h"

namespace ag {
namespace {
namespace fs = std::filesystem;

class AtomicFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) /
              ("atomic_file_" +
               std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(AtomicFileTest, what_was_written_is_read_back_and_nothing_else_is_left) {
  write_file_atomically(folder_ / "deep" / "file", "first");
  write_file_atomically(folder_ / "deep" / "file", "second");
  EXPECT_EQ(read_file(folder_ / "deep" / "file"), "second");
  folder_ /= "deep";
  EXPECT_EQ(files(), 1u);
  folder_ = folder_.parent_path();
}

TEST_F(AtomicFileTest, without_commit_the_old_file_stays_and_no_temporary_is_left) {
  write_file_atomically(folder_ / "file", "old");
  {
    const AtomicFile file(folder_ / "file");
    std::ofstream(file.temporary()) << "half of the ne";
  }
  EXPECT_EQ(read_file(folder_ / "file"), "old");
  EXPECT_EQ(files(), 1u);
}

// A limit on the size of files stands in for a full disk: write() fails in the same way, with
// another errno.
TEST_F(AtomicFileTest, a_write_that_fails_says_which_file_and_leaves_nothing) {
  fs::create_directories(folder_);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  std::string message;
  try {
    write_file_atomically(folder_ / "file", std::string(5000, 'x'));
  } catch (const Error& error) {
    message = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_NE(message.find((folder_ / "file").string() + ": can't write"), std::string::npos)
      << message;
  EXPECT_EQ(files(), 0u);
}

}  // namespace
}  // namespace ag
