#include "framework/vision/landmarks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "framework/core/error.h"
#include "tests/support/temporary_folder.h"

namespace ag::vision {
namespace {

using testing::HasSubstr;

constexpr double kQuarter = 0.78539816339744831;  // pi / 4

TEST(SlopeOfEyes, of_5_points_is_that_from_the_left_eye_to_the_right) {
  // dlib's order: the eye on the picture's right, the one on its left, the nose.
  const std::vector<Point> level = {{90, 50}, {70, 50}, {10, 50}, {30, 50}, {50, 80}};
  EXPECT_EQ(slope_of_eyes(level), 0);
  std::vector<Point> right_hangs = level;
  right_hangs[0].y = right_hangs[1].y = 110;  // 60 to the right, 60 lower
  EXPECT_DOUBLE_EQ(slope_of_eyes(right_hangs), kQuarter);
}

TEST(SlopeOfEyes, of_68_points_is_that_between_the_eyes_centres) {
  std::vector<Point> points(68);
  for (std::size_t i = 36; i < 42; ++i) points[i] = {20.0 + static_cast<double>(i - 36), 40};
  for (std::size_t i = 42; i < 48; ++i) points[i] = {60.0 + static_cast<double>(i - 42), 0};
  EXPECT_DOUBLE_EQ(slope_of_eyes(points), -kQuarter);
}

TEST(DetectorBox, is_a_square_that_reaches_above_the_eyebrows_of_68_landmarks) {
  const Box box = detector_box({100, 200, 80, 100});
  EXPECT_DOUBLE_EQ(box.width, 107);
  EXPECT_DOUBLE_EQ(box.height, 107);
  EXPECT_DOUBLE_EQ(box.centre().x, 140);
  EXPECT_DOUBLE_EQ(box.centre().y, 250 - 11);
}

TEST(LandmarkPredictor, says_that_a_file_is_none) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "shape_predictor_68_face_landmarks.dat";
  std::ofstream(file) << "not a model";
  try {
    const LandmarkPredictor predictor(file);
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(file.string()));
    EXPECT_THAT(error.what(), HasSubstr("isn't a landmark predictor"));
    EXPECT_EQ(error.code(), ExitCode::kUsage);
  }
}

}  // namespace
}  // namespace ag::vision
