#include "framework/command_line/answer.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

namespace ag::command_line {
namespace {

// What a program of two commands and a hidden one says on stderr; "" and the end of the test where
// it isn't a mistake.
std::string complaint_of(std::vector<std::string> words, int required_commands = 1) {
  CLI::App app("Does things.", "agthing");
  std::string database, file;
  std::vector<std::string> photos;
  app.add_option("--db", database);
  if (required_commands == 0) app.add_option("PHOTO", photos);
  app.require_subcommand(required_commands, 1);
  app.add_subcommand("list", "")->add_option("--file", file)->required();
  app.add_subcommand("compare", "");
  app.add_subcommand("comb", "")->group("");
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& stop) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(answer(app, stop, photos.empty() ? "" : photos.front()), ExitCode::kUsage);
    return testing::internal::GetCapturedStderr();
  }
  ADD_FAILURE() << "no mistake was found";
  return "";
}

TEST(CommandLine, a_mistyped_command_is_told_the_nearest_wherever_it_stands) {
  const std::string mended = "agthing: no command 'complre'; did you mean compare?\n";
  EXPECT_EQ(complaint_of({"complre"}), mended);
  EXPECT_EQ(complaint_of({"--db", "x.db", "complre", "--json"}), mended);
  EXPECT_EQ(complaint_of({"complre", "a", "--json"}, 0), mended);
}

TEST(CommandLine, a_command_that_is_near_to_none_or_missing_is_told_all_but_the_hidden) {
  EXPECT_EQ(complaint_of({}), "agthing: no command; the commands are list, compare\n");
  EXPECT_EQ(complaint_of({"frobnicate"}),
            "agthing: no command 'frobnicate'; the commands are list, compare\n");
}

TEST(CommandLine, other_mistakes_are_one_line_that_names_the_help_to_read) {
  EXPECT_EQ(complaint_of({"--frob"}),
            "agthing: '--frob' isn't expected; agthing --help tells what there is\n");
  EXPECT_EQ(complaint_of({"compare", "--frob", "3"}),
            "agthing: '--frob 3' isn't expected; agthing compare --help tells what there is\n");
  EXPECT_EQ(complaint_of({"list", "--fiel", "a"}),
            "agthing: '--fiel a' isn't expected; agthing list --help tells what there is\n");
  EXPECT_EQ(complaint_of({"list"}),
            "agthing: --file is required; agthing list --help tells what there is\n");
  EXPECT_EQ(complaint_of({"a.jpg", "--frob"}, 0),
            "agthing: '--frob' isn't expected; agthing --help tells what there is\n");
}

TEST(CommandLine, help_is_no_mistake_and_ranks_but_the_first_are_silent) {
  CLI::App app("Does things.", "agthing");
  testing::internal::CaptureStdout();
  EXPECT_EQ(answer(app, CLI::CallForHelp()), ExitCode::kDone);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("Does things."), std::string::npos);
  testing::internal::CaptureStderr();
  EXPECT_EQ(answer(app, CLI::RequiredError("FILE"), "", /*aloud=*/false), ExitCode::kUsage);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace ag::command_line
