#include "framework/core/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <utility>

#include "framework/core/error.h"
#include "tests/support/temporary_folder.h"

namespace ag {
namespace {

bool is_open(int number) {
  return ::fcntl(number, F_GETFD) >= 0;
}

TEST(Descriptor, is_closed_with_its_owner_and_leaves_errno_alone) {
  const test::TemporaryFolder folder;
  int number = -1;
  {
    const Descriptor file = open_or_throw(folder / "file", O_WRONLY | O_CREAT);
    number = file.get();
    EXPECT_TRUE(is_open(number));
    EXPECT_NE(::fcntl(number, F_GETFD) & FD_CLOEXEC, 0);
    errno = ENOSPC;
  }
  EXPECT_EQ(errno, ENOSPC);
  EXPECT_FALSE(is_open(number));
}

TEST(Descriptor, is_one_owners_wherever_it_is_moved) {
  const test::TemporaryFolder folder;
  Descriptor first = open_or_throw(folder / "file", O_WRONLY | O_CREAT);
  const int number = first.get();
  Descriptor second(std::move(first));
  EXPECT_EQ(second.get(), number);
  Descriptor third;
  EXPECT_FALSE(third.valid());
  third = std::move(second);
  EXPECT_EQ(third.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(Descriptor, of_a_file_that_isnt_there_is_none_and_says_why) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(open_file(folder / "none", O_RDONLY).valid());
  EXPECT_EQ(errno, ENOENT);
  EXPECT_THROW(open_or_throw(folder / "none", O_RDONLY), Error);
}

}  // namespace
}  // namespace ag
