#include "framework/vision/face_detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "framework/core/error.h"
#include "framework/photo/photo_reader.h"
#include "framework/vision/hog_detector.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_folder.h"

namespace ag::vision {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

data::Picture grey(int width, int height) {
  return {width, height,
          std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3, 128)};
}

TEST(HogDetector, finds_no_face_in_a_grey_picture_of_any_size) {
  const auto detector = make_hog_detector();
  for (const int upsampling : {0, 1, 2}) {
    for (const auto& [width, height] : {std::pair{1, 1}, {1, 300}, {300, 1}, {7, 9}, {200, 150}}) {
      EXPECT_THAT(detector->find(grey(width, height), upsampling), IsEmpty())
          << width << " x " << height;
    }
  }
}

TEST(HogDetector, finds_the_one_face_of_a_portrait_where_it_is) {
  const auto photos = test::real_data("photos");
  if (!photos) GTEST_SKIP() << test::kNoRealData;
  data::Picture photo;
  ASSERT_EQ(photo::PhotoReader().read(*photos / "Tom_Cruise_avp_2014_4.jpg", photo), std::nullopt);
  const auto detector = make_hog_detector();
  const auto found = detector->find(photo, 0);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_GT(found[0].score, 1);
  // Upsampled it is still one, in the same place.
  const auto again = detector->find(photo, 1);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_GT(overlap(found[0].box, again[0].box), 0.7);
}

TEST(HogDetector, compiled_for_avx2_finds_the_same_faces) {
  const auto photos = test::real_data("photos");
  if (!photos) GTEST_SKIP() << test::kNoRealData;
  const auto avx2 = make_avx2_hog_detector();
  if (!avx2) GTEST_SKIP() << "this build or this processor has no AVX2";
  const auto plain = make_plain_hog_detector();
  std::size_t faces = 0;
  for (const auto& file : std::filesystem::directory_iterator(*photos)) {
    if (file.path().extension() != ".jpg") continue;
    data::Picture photo;
    ASSERT_EQ(photo::PhotoReader().read(file, photo), std::nullopt);
    const auto expected = plain->find(photo, 0), found = avx2->find(photo, 0);
    ASSERT_EQ(found.size(), expected.size()) << file.path();
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(overlap(found[i].box, expected[i].box), 1) << file.path();
      EXPECT_NEAR(found[i].score, expected[i].score, 1e-5) << file.path();
    }
    faces += found.size();
  }
  EXPECT_GT(faces, 0);
}

TEST(CnnDetector, says_that_a_file_is_no_model) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "mmod_human_face_detector.dat";
  std::ofstream(file) << "not a model";
  try {
    make_cnn_detector(file);
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(file.string()));
    EXPECT_THAT(error.what(), HasSubstr("setup.sh --landmarks"));
  }
}

}  // namespace
}  // namespace ag::vision
