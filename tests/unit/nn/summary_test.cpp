#include "framework/nn/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ag::nn {
namespace {

Summary tiny() {
  return {.name = "tiny",
          .input = {3, 4, 4},
          .layers = {{.name = "conv",
                      .kind = "conv 1x1",
                      .output = {2, 4, 4},
                      .trainable = 6,
                      .macs = 96,
                      .kept = 32},
                     {.name = "bn",
                      .kind = "bn_act",
                      .output = {2, 4, 4},
                      .trainable = 4,
                      .statistics = 4,
                      .kept = 32}}};
}

TEST(Summary, adds_its_layers_up) {
  const Summary summary = tiny();
  EXPECT_EQ(summary.trainable(), 10);
  EXPECT_EQ(summary.parameters(), 14);
  EXPECT_EQ(summary.macs(), 96);
  EXPECT_EQ(summary.kept(), 64);
}

// Ten trained numbers with gradient and momentum, four running statistics, and for each picture 48
// numbers of its own, 64 kept, and three gradients of the largest output's 32.
TEST(Summary, memory_is_what_stands_in_it) {
  constexpr std::uint64_t kNumbers = 3 * 10 + 4 + 5 * (48 + 64 + 3 * 32);
  EXPECT_EQ(training_bytes(tiny(), 5, c10::kFloat), 4 * kNumbers);
  EXPECT_EQ(training_bytes(tiny(), 5, c10::kDouble), 8 * kNumbers);
}

TEST(Summary, the_table_has_a_line_a_layer_and_the_sums) {
  const std::string text = to_text(tiny());
  EXPECT_THAT(text, ::testing::StartsWith("tiny\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("conv +conv 1x1 +2 x 4 x 4 +6 +96\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("bn +bn_act +2 x 4 x 4 +8 +0\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("pictures +input +3 x 4 x 4 +0 +0\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("in all +14 +96\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("10 parameters are trained, 4 are running statistics.\n"));
}

}  // namespace
}  // namespace ag::nn
