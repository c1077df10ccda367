#include "tracking/run_id.h"

#include <gmock/gmock.h>

#include <set>

namespace ag::tracking {
namespace {

TEST(RunId, tokens_are_32_hex_digits_and_differ) {
  std::set<std::string> tokens;
  for (int i = 0; i < 1000; ++i) {
    tokens.insert(random_token());
    EXPECT_THAT(*tokens.begin(), ::testing::MatchesRegex("[0-9a-f]+"));
    EXPECT_EQ(tokens.begin()->size(), 32u);
  }
  EXPECT_EQ(tokens.size(), 1000u);
}

TEST(RunId, is_the_shortest_beginning_that_is_free) {
  const std::string token = "0123456789abcdef0123456789abcdef";
  const auto id = [&](const std::set<std::string>& taken) {
    return shortest_free_id(token, kShortestId,
                            [&](const std::string& text) { return taken.contains(text); });
  };
  EXPECT_EQ(id({}), "0123");
  EXPECT_EQ(id({"0123"}), "01234");
  EXPECT_EQ(id({"0123", "01234", "0123456"}), "012345");
}

}  // namespace
}  // namespace ag::tracking
