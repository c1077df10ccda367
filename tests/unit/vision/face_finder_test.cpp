#include "framework/vision/face_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/photo/photo_reader.h"
#include "framework/vision/face_crop.h"
#include "tests/support/real_data.h"

namespace ag::vision {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class FaceFinderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto photos = test::real_data("photos");
    if (!photos) GTEST_SKIP() << test::kNoRealData;
    ASSERT_EQ(photo::PhotoReader().read(*photos / "2008_002506.jpg", photo_), std::nullopt);
  }
  data::Picture photo_;  // of three people
};

TEST(FaceFinder, without_a_detector_takes_the_whole_photo_for_one_face) {
  const data::Picture photo{4, 3, std::vector<std::uint8_t>(4 * 3 * 3, 7)};
  FaceFinder finder({.detector = DetectorKind::kNone, .margin = 0.4});
  const std::vector<Face> faces = finder.find(photo);
  ASSERT_THAT(faces, SizeIs(1));
  data::Picture crop;
  FaceFinder::cut_out(photo, faces[0], crop);
  EXPECT_EQ(crop.width, 4);
  EXPECT_EQ(crop.height, 3);
  EXPECT_EQ(crop.rgb, photo.rgb);
}

TEST(FaceFinder, refuses_a_photo_that_would_be_enlarged_beyond_measure) {
  data::Picture photo;  // its pixels aren't looked at
  photo.width = photo.height = 12'000;
  EXPECT_EQ(FaceFinder({}).complaint_about(photo), std::nullopt);  // as it is
  EXPECT_EQ(FaceFinder({.upsampling = 0}).complaint_about(photo), std::nullopt);
  EXPECT_THAT(FaceFinder({.upsampling = 1}).complaint_about(photo),
              testing::Optional(testing::HasSubstr("12000 x 12000")));
  EXPECT_EQ(FaceFinder({.detector = DetectorKind::kNone, .upsampling = 1}).complaint_about(photo),
            std::nullopt);
}

TEST_F(FaceFinderTest, widens_the_detectors_box_by_the_margin) {
  FaceFinder tight({.margin = 0});
  FaceFinder wide({.margin = 0.4});
  const std::vector<Face> a = tight.find(photo_), b = wide.find(photo_);
  ASSERT_THAT(a, SizeIs(3));
  ASSERT_THAT(b, SizeIs(3));
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_DOUBLE_EQ(a[i].crop.width, a[i].crop.height);
    EXPECT_DOUBLE_EQ(b[i].crop.width, 1.8 * a[i].crop.width);
    EXPECT_NEAR(b[i].crop.centre().x, a[i].crop.centre().x, 1e-9);
    EXPECT_NEAR(b[i].crop.centre().y, a[i].crop.centre().y, 1e-9);
  }
}

TEST_F(FaceFinderTest, leaves_out_what_it_is_less_sure_of) {
  std::vector<Face> all = FaceFinder({}).find(photo_);
  ASSERT_THAT(all, SizeIs(3));
  std::ranges::sort(all, {}, &Face::score);
  EXPECT_THAT(FaceFinder({.least_score = all[1].score}).find(photo_), SizeIs(2));
  EXPECT_THAT(FaceFinder({.least_score = all[2].score + 1}).find(photo_), IsEmpty());
}

TEST_F(FaceFinderTest, names_faces_from_left_to_right_within_the_photo) {
  const std::vector<Face> faces = FaceFinder({}).find(photo_);
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const Box& box = faces[i].box;
    EXPECT_GE(box.left, 0);
    EXPECT_LE(box.right(), photo_.width);
    EXPECT_GE(box.left, i == 0 ? 0 : faces[i - 1].box.left);
  }
}

}  // namespace
}  // namespace ag::vision
