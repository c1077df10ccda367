#include "launch/sweep/parameter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "framework/core/error.h"
#include "launch/sweep/parameter_file.h"

namespace ag::sweep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string complaint(const std::string& yaml) {
  try {
    read_parameters(yaml, "s.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    return error.what();
  }
  return "";
}

TEST(Parameters, are_read_in_the_form_that_people_know) {
  const ParameterFile file = read_parameters(
      "parameters:\n"
      "  model.width: {values: [0.25, 1.0]}\n"
      "  optimizer:\n"
      "    parameters:\n"
      "      lr: {min: 0.001, max: 0.1, distribution: log_uniform}\n"
      "      momentum: {value: 0.9}\n"
      "  model.name: {values: [mobilenet_v1, mobilenet_v2]}\n"
      "  train.epochs: {min: 3, max: 9}\n"
      "set: {train.batch_size: 8, augment: {hflip: 0.5}}\n",
      "s.yaml");
  ASSERT_EQ(file.parameters.size(), 4U);
  EXPECT_EQ(file.parameters[0].key, "model.width");
  EXPECT_THAT(file.parameters[0].values, ElementsAre("0.25", "1.0"));
  EXPECT_EQ(file.parameters[1].key, "optimizer.lr");
  EXPECT_EQ(file.parameters[1].distribution, Distribution::kLogUniform);
  EXPECT_EQ(file.parameters[1].low, 0.001);
  EXPECT_THAT(file.parameters[2].values, ElementsAre("mobilenet_v1", "mobilenet_v2"));
  EXPECT_EQ(file.parameters[3].distribution, Distribution::kIntUniform);
  EXPECT_THAT(file.set,
              ElementsAre("optimizer.momentum=0.9", "train.batch_size=8", "augment.hflip=0.5"));
}

TEST(Parameters, that_are_not_well_formed_are_refused_with_their_line) {
  EXPECT_THAT(complaint("base: x\n"), HasSubstr("there is nothing to vary"));
  EXPECT_THAT(complaint("parameters: {}\n"), HasSubstr("there is nothing to vary"));
  EXPECT_THAT(complaint("parameters: {a: {value: 1}}\n"), HasSubstr("a single value"));
  EXPECT_THAT(complaint("parameters:\n  a: {values: []}\n"), HasSubstr("s.yaml:2"));
  EXPECT_THAT(complaint("parameters:\n  a: {valuse: [1]}\n"), HasSubstr("nearest is 'values'"));
  EXPECT_THAT(complaint("parameters:\n  a: {values: [1, 1]}\n"), HasSubstr("the value 1 twice"));
  EXPECT_THAT(complaint("parameters:\n  a: 3\n"), HasSubstr("must say its values"));
  EXPECT_THAT(complaint("parameters:\n  a: {min: 2, max: 1}\n"), HasSubstr("below its max"));
  EXPECT_THAT(complaint("parameters:\n  a: {min: 2}\n"), HasSubstr("min and max"));
  EXPECT_THAT(complaint("parameters:\n  a: {min: 0, max: 1, distribution: log_uniform}\n"),
              HasSubstr("above 0"));
  EXPECT_THAT(complaint("parameters:\n  a: {min: 0, max: 1, distribution: normal}\n"),
              HasSubstr("log_uniform and int_uniform"));
  EXPECT_THAT(complaint("parameters:\n  a: {values: [1], min: 2}\n"), HasSubstr("one of"));
  EXPECT_THAT(complaint("parameters: {a: {values: [1, 2]}}\nset: {a: 3}\n"), HasSubstr("twice"));
}

TEST(Grid, holds_every_combination_the_last_changing_fastest) {
  const auto points =
      grid({{.key = "a", .values = {"1", "2"}}, {.key = "b", .values = {"x", "y"}}});
  EXPECT_THAT(points, ElementsAre(ElementsAre("1", "x"), ElementsAre("1", "y"),
                                  ElementsAre("2", "x"), ElementsAre("2", "y")));
}

TEST(Grid, cannot_be_laid_over_a_range) {
  EXPECT_THROW(grid({{.key = "a", .low = 1, .high = 2}}), Error);
}

TEST(Draws, stay_in_their_range_and_cover_it) {
  const std::vector<Parameter> parameters = {
      {.key = "log", .distribution = Distribution::kLogUniform, .low = 1e-4, .high = 1e-1},
      {.key = "whole", .distribution = Distribution::kIntUniform, .low = 3, .high = 5},
      {.key = "word", .values = {"a", "b"}},
      {.key = "plain", .low = -1, .high = 1}};
  const auto points = draw(parameters, 400, 7);
  ASSERT_EQ(points.size(), 400U);
  std::set<std::string> wholes, words;
  int below_a_hundredth = 0, negative = 0;
  for (const auto& point : points) {
    const double rate = std::stod(point[0]);
    EXPECT_GE(rate, 1e-4 * (1 - 1e-5));
    EXPECT_LE(rate, 1e-1 * (1 + 1e-5));
    below_a_hundredth += rate < 1e-2 ? 1 : 0;
    wholes.insert(point[1]);
    words.insert(point[2]);
    negative += std::stod(point[3]) < 0 ? 1 : 0;
  }
  EXPECT_NEAR(below_a_hundredth, 400 * 2 / 3.0, 40);  // two of three decades
  EXPECT_NEAR(negative, 200, 40);
  EXPECT_THAT(wholes, ElementsAre("3", "4", "5"));
  EXPECT_THAT(words, ElementsAre("a", "b"));
}

TEST(Draws, leave_out_what_was_drawn_before) {
  const auto points = draw({{.key = "word", .values = {"a", "b", "c"}}}, 50, 1);
  EXPECT_EQ(points.size(), 3U);
}

TEST(Draws, of_a_longer_sweep_begin_with_those_of_a_shorter_one) {
  const std::vector<Parameter> parameters = {{.key = "a", .low = 0, .high = 1}};
  const auto few = draw(parameters, 3, 1), many = draw(parameters, 9, 1);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_NE(few, draw(parameters, 3, 2));
}

}  // namespace
}  // namespace ag::sweep
