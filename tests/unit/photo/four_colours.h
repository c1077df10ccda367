// A photo whose every part can be told by its colour, and what of it comes back.
#pragma once

#include <gtest/gtest.h>

#include <array>

#include "framework/data/picture.h"
#include "tests/support/made_photos.h"

namespace ag::test {

using Rgb = std::array<int, 3>;

inline Rgb pixel(const data::Picture& photo, int x, int y) {
  const auto at = static_cast<std::size_t>(y * photo.width + x) * 3;
  return {photo.rgb[at], photo.rgb[at + 1], photo.rgb[at + 2]};
}

inline void expect_near(const Rgb& found, const Rgb& expected, int tolerance) {
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(found[c], expected[c], tolerance);
}

// A photo of four colours: red and green above, blue and grey below.
inline constexpr Rgb kRed{220, 30, 40};
inline constexpr Rgb kGreen{20, 200, 60};
inline constexpr Rgb kBlue{30, 50, 210};
inline constexpr Rgb kGrey{120, 120, 120};

inline data::Picture four_colours(int width, int height) {
  data::Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool left = x < width / 2;
      const Rgb& colour = y < height / 2 ? (left ? kRed : kGreen) : (left ? kBlue : kGrey);
      for (const int value : colour) picture.rgb.push_back(static_cast<std::uint8_t>(value));
    }
  }
  return picture;
}

inline void expect_four_colours(const data::Picture& photo, int tolerance) {
  expect_near(pixel(photo, photo.width / 4, photo.height / 4), kRed, tolerance);
  expect_near(pixel(photo, photo.width * 3 / 4, photo.height / 4), kGreen, tolerance);
  expect_near(pixel(photo, photo.width / 4, photo.height * 3 / 4), kBlue, tolerance);
  expect_near(pixel(photo, photo.width * 3 / 4, photo.height * 3 / 4), kGrey, tolerance);
}

inline PngLook look_of(int width, int height, int colour_type, int depth) {
  PngLook look;
  look.width = width;
  look.height = height;
  look.colour_type = colour_type;
  look.depth = depth;
  return look;
}

inline Bytes png_of(const data::Picture& picture) {
  return png_file(look_of(picture.width, picture.height, PNG_COLOR_TYPE_RGB, 8), picture.rgb);
}

}  // namespace ag::test
