#include "framework/core/program.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <new>
#include <string>
#include <system_error>
#include <utility>

namespace ag {
namespace {

// The exit code, and what was said on stderr.
std::pair<int, std::string> end_of(const std::function<ExitCode()>& work) {
  testing::internal::CaptureStderr();
  const int code = run_program("agthing", work);
  return {code, testing::internal::GetCapturedStderr()};
}

using Ended = std::pair<int, std::string>;

TEST(Program, ends_with_the_code_of_its_work) {
  EXPECT_EQ(end_of([] { return ExitCode::kDone; }), Ended(0, ""));
  EXPECT_EQ(end_of([] { return ExitCode::kStopped; }), Ended(75, ""));
}

TEST(Program, says_what_stopped_it_in_one_line) {
  EXPECT_EQ(end_of([]() -> ExitCode { throw Error("a.jpg", "is empty", "give another"); }),
            Ended(1, "agthing: a.jpg: is empty; give another\n"));
  EXPECT_EQ(end_of([]() -> ExitCode { throw usage_error("--worst", "is below 0"); }),
            Ended(2, "agthing: --worst: is below 0\n"));
  EXPECT_EQ(end_of([]() -> ExitCode { throw std::bad_alloc(); }),
            Ended(1, "agthing: not enough memory\n"));
}

TEST(Program, calls_a_fault_of_its_own_so_and_not_the_machines) {
  EXPECT_EQ(end_of([]() -> ExitCode { throw std::out_of_range("no such place"); }),
            Ended(1, "agthing: a fault of this program: no such place\n"));
  const Ended refused = end_of([]() -> ExitCode {
    throw std::filesystem::filesystem_error("can't make folder", "/a",
                                            std::make_error_code(std::errc::permission_denied));
  });
  EXPECT_EQ(refused.first, 1);
  EXPECT_EQ(refused.second.find("fault"), std::string::npos) << refused.second;
  EXPECT_NE(refused.second.find("/a"), std::string::npos) << refused.second;
}

}  // namespace
}  // namespace ag
