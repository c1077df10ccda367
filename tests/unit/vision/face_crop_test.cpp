#include "framework/vision/face_crop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

#include "framework/core/error.h"
#include "tests/unit/vision/colour_at.h"

namespace ag::vision {
namespace {

// Each pixel says where it is: red its column, green its row.
data::Picture places(int width, int height) {
  data::Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const int value : {x, y, (x * 7 + y * 13) % 256}) {
        picture.rgb.push_back(static_cast<std::uint8_t>(value));
      }
    }
  }
  return picture;
}

void expect_window(const data::Picture& photo, const data::Picture& face, int left, int top) {
  for (int y = 0; y < face.height; ++y) {
    for (int x = 0; x < face.width; ++x) {
      ASSERT_EQ(at(face, x, y), at(photo, std::clamp(left + x, 0, photo.width - 1),
                                   std::clamp(top + y, 0, photo.height - 1)))
          << x << ", " << y;
    }
  }
}

TEST(FaceCrop, copies_the_pixels_of_the_box) {
  const data::Picture photo = places(40, 30);
  data::Picture face;
  crop(photo, {5, 7, 20, 11}, face);
  EXPECT_EQ(face.width, 20);
  EXPECT_EQ(face.height, 11);
  expect_window(photo, face, 5, 7);
}

TEST(FaceCrop, rounds_corners_to_whole_pixels) {
  const data::Picture photo = places(40, 30);
  data::Picture face;
  crop(photo, {1.4, 2.6, 3.2, 2.1}, face);  // to 4.6 and 4.7
  EXPECT_EQ(face.width, 5 - 1);
  EXPECT_EQ(face.height, 5 - 3);
  expect_window(photo, face, 1, 3);
}

TEST(FaceCrop, box_of_whole_size_keeps_it_wherever_it_lies) {
  const data::Picture photo = places(40, 30);
  for (int quarters = -39; quarters < 4 * 39; ++quarters) {
    const double left = quarters / 4.0;
    data::Picture face;
    crop(photo, {left, left / 2, 10, 8}, face);
    EXPECT_EQ(face.width, 10) << left;
    EXPECT_EQ(face.height, 8) << left;
  }
}

TEST(FaceCrop, has_one_pixel_at_least) {
  const data::Picture photo = places(40, 30);
  for (const Box& box :
       {Box{10.1, 20.1, 0.2, 0.2}, Box{-0.9, -0.9, 1.1, 1.1}, Box{39.8, 29.8, 0.5, 0.5}}) {
    data::Picture face;
    crop(photo, box, face);
    ASSERT_EQ(face.width, 1);
    ASSERT_EQ(face.height, 1);
    expect_window(photo, face, static_cast<int>(std::lround(box.left)),
                  static_cast<int>(std::lround(box.top)));
  }
}

TEST(FaceCrop, outermost_pixels_go_on_beyond_the_photo) {
  const data::Picture photo = places(40, 30);
  data::Picture face;
  crop(photo, {-10, -5, 60, 40}, face);
  expect_window(photo, face, -10, -5);
  EXPECT_EQ(at(face, 0, 0), at(photo, 0, 0));
  EXPECT_EQ(at(face, 59, 39), at(photo, 39, 29));
  EXPECT_EQ(at(face, 3, 15), at(photo, 0, 10));
  EXPECT_EQ(at(face, 30, 38), at(photo, 20, 29));
}

TEST(FaceCrop, of_a_photo_of_one_pixel_is_that_pixel) {
  const data::Picture photo{1, 1, {10, 20, 30}};
  data::Picture face;
  crop_turned(photo, {-3, -3, 7, 7}, 1, face);
  for (int i = 0; i < 49; ++i) EXPECT_EQ(at(face, i % 7, i / 7), (Colour{10, 20, 30}));
}

TEST(FaceCrop, boxes_that_hold_nothing_of_the_photo_are_errors) {
  const data::Picture photo = places(40, 30);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  data::Picture face;
  for (const Box& box :
       {Box{5, 5, 0, 10}, Box{5, 5, 10, 0}, Box{5, 5, -10, 10}, Box{-10, 5, 10, 10},
        Box{40, 5, 10, 10}, Box{5, -10, 10, 10}, Box{5, 30, 10, 10}, Box{kNan, 5, 10, 10},
        Box{5, 5, kNan, 10}, Box{-kInfinity, 5, kInfinity, 10}, Box{0, 0, kInfinity, 10},
        Box{0, 0, 65536, 10}, Box{-1e300, -1e300, 2e300, 2e300}}) {
    EXPECT_THROW(crop(photo, box, face), Error) << box.left << " " << box.width;
    EXPECT_THROW(crop_turned(photo, box, 0.1, face), Error) << box.left << " " << box.width;
  }
  EXPECT_THROW(crop(data::Picture{}, {0, 0, 10, 10}, face), Error);
  EXPECT_THROW(crop_turned(photo, {5, 5, 10, 10}, kNan, face), Error);
}

TEST(TurnedFaceCrop, by_nothing_is_the_crop_itself) {
  const data::Picture photo = places(40, 30);
  for (const Box& box : {Box{5, 7, 20, 11}, Box{5.3, 7.8, 21.1, 12.9}, Box{-10, -5, 61, 40},
                         Box{-0.5, 12.5, 1, 1}, Box{30, 20, 15, 16}}) {
    data::Picture level;
    data::Picture turned;
    crop(photo, box, level);
    crop_turned(photo, box, 0, turned);
    EXPECT_EQ(turned.width, level.width);
    EXPECT_EQ(turned.height, level.height);
    EXPECT_EQ(turned.rgb, level.rgb);
  }
}

TEST(TurnedFaceCrop, by_a_quarter_takes_columns_for_rows) {
  // The right side hangs straight down: what runs down the photo runs to the right in the crop.
  const data::Picture photo = places(40, 30);
  data::Picture face;
  crop_turned(photo, {10, 5, 9, 9}, std::numbers::pi / 2, face);
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 9; ++x) EXPECT_EQ(at(face, x, y), at(photo, 18 - y, 5 + x));
  }
}

TEST(TurnedFaceCrop, points_land_where_trigonometry_says) {
  const data::Picture photo = places(200, 150);
  const Box box{60, 40, 80, 60};
  for (const double angle : {0.3, -0.3, 1.2, 3.0}) {
    data::Picture face;
    crop_turned(photo, box, angle, face);
    for (int y = 0; y < face.height; y += 7) {
      for (int x = 0; x < face.width; x += 7) {
        // From the centre of the box to the middle of this pixel, and there turned by the angle.
        const double along = x + 0.5 - 40;
        const double down = y + 0.5 - 30;
        const double from_x = 100 + along * std::cos(angle) - down * std::sin(angle) - 0.5;
        const double from_y = 70 + along * std::sin(angle) + down * std::cos(angle) - 0.5;
        EXPECT_NEAR(at(face, x, y)[0], from_x, 0.501) << angle << ": " << x << ", " << y;
        EXPECT_NEAR(at(face, x, y)[1], from_y, 0.501) << angle << ": " << x << ", " << y;
      }
    }
  }
}

TEST(TurnedFaceCrop, brings_sloping_eyes_level) {
  // Two eyes 60 pixels apart; the right one hangs 20 lower.
  data::Picture photo{200, 200, std::vector<std::uint8_t>(200 * 200 * 3, 0)};
  const auto eye = [&photo](int middle_x, int middle_y) {
    for (int y = middle_y - 2; y <= middle_y + 2; ++y) {
      for (int x = middle_x - 2; x <= middle_x + 2; ++x) {
        photo.rgb[(static_cast<std::size_t>(y) * 200 + x) * 3] = 255;
      }
    }
  };
  eye(70, 90);
  eye(130, 110);
  data::Picture face;
  crop_turned(photo, {40.5, 40.5, 120, 120}, std::atan2(20, 60), face);

  const auto middle = [&face](int from, int to) {
    double weight = 0;
    Point sum;
    for (int y = 0; y < face.height; ++y) {
      for (int x = from; x < to; ++x) {
        const int light = at(face, x, y)[0];
        weight += light;
        sum.x += light * x;
        sum.y += light * y;
      }
    }
    return Point{sum.x / weight, sum.y / weight};
  };
  const Point left = middle(0, face.width / 2);
  const Point right = middle(face.width / 2, face.width);
  EXPECT_NEAR(left.y, right.y, 0.1);
  EXPECT_NEAR(right.x - left.x, std::hypot(60, 20), 0.1);
}

}  // namespace
}  // namespace ag::vision
