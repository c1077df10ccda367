#include "framework/vision/box.h"

#include <gtest/gtest.h>

#include <array>

namespace ag::vision {
namespace {

void expect_same(const Box& box, const Box& expected) {
  EXPECT_DOUBLE_EQ(box.left, expected.left);
  EXPECT_DOUBLE_EQ(box.top, expected.top);
  EXPECT_DOUBLE_EQ(box.width, expected.width);
  EXPECT_DOUBLE_EQ(box.height, expected.height);
}

TEST(Box, knows_its_far_corner_its_centre_and_its_area) {
  const Box box{1, 2, 10, 20};
  EXPECT_EQ(box.right(), 11);
  EXPECT_EQ(box.bottom(), 22);
  EXPECT_EQ(box.centre().x, 6);
  EXPECT_EQ(box.centre().y, 12);
  EXPECT_EQ(box.area(), 200);
}

TEST(Box, clamped_to_a_picture_is_the_part_within) {
  expect_same(clamped({10, 20, 30, 40}, 100, 100), {10, 20, 30, 40});
  expect_same(clamped({-10, -20, 30, 40}, 100, 100), {0, 0, 20, 20});
  expect_same(clamped({90, 80, 30, 40}, 100, 100), {90, 80, 10, 20});
  expect_same(clamped({-5, -5, 500, 500}, 64, 48), {0, 0, 64, 48});
}

TEST(Box, clamped_to_a_picture_that_it_misses_has_no_area) {
  for (const Box& box : {Box{-50, 10, 20, 20}, Box{150, 10, 20, 20}, Box{10, -50, 20, 20},
                         Box{10, 150, 20, 20}, Box{100, 0, 20, 20}, Box{-20, 0, 20, 20}}) {
    EXPECT_EQ(clamped(box, 100, 100).area(), 0);
  }
}

TEST(Box, widened_by_two_fifths_is_1_8_times_as_large_about_the_same_centre) {
  const Box face{50, 60, 100, 120};
  const Box wide = widened(face, 0.4);
  expect_same(wide, {50 - 40, 60 - 48, 180, 216});
  EXPECT_DOUBLE_EQ(wide.centre().x, face.centre().x);
  EXPECT_DOUBLE_EQ(wide.centre().y, face.centre().y);
}

TEST(Box, extent_reaches_from_the_least_to_the_greatest_of_the_points) {
  const std::array<Point, 4> points = {{{3, 9}, {-1, 4}, {7, 5}, {2, 2}}};
  expect_same(extent(points), {-1, 2, 8, 7});
  expect_same(extent(std::span(points).first(1)), {3, 9, 0, 0});
}

TEST(Box, shared_part_is_what_both_cover) {
  expect_same(shared({0, 0, 10, 10}, {4, 6, 10, 10}), {4, 6, 6, 4});
  expect_same(shared({0, 0, 10, 10}, {2, 3, 4, 5}), {2, 3, 4, 5});
  EXPECT_EQ(shared({0, 0, 10, 10}, {10, 0, 10, 10}).area(), 0);
  EXPECT_EQ(shared({0, 0, 10, 10}, {30, 30, 10, 10}).area(), 0);
}

TEST(Box, overlap_is_the_area_of_both_over_the_area_of_either) {
  EXPECT_DOUBLE_EQ(overlap({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 10, 10}, {5, 0, 10, 10}), 50.0 / 150);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 10, 10}, {2, 2, 5, 5}), 25.0 / 100);
  EXPECT_EQ(overlap({0, 0, 10, 10}, {20, 0, 10, 10}), 0);
  EXPECT_EQ(overlap({0, 0, 0, 0}, {0, 0, 0, 0}), 0);
}

}  // namespace
}  // namespace ag::vision
