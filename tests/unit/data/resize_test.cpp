#include "framework/data/resize.h"

#include <gtest/gtest.h>

#include <vector>

#include "framework/core/error.h"
#include "framework/core/philox.h"

namespace ag::data {
namespace {

Picture noise(int width, int height) {
  Picture picture{width, height, {}};
  RandomStream stream({1, 0, static_cast<std::uint32_t>(width * 1000 + height), Purpose::kSample});
  picture.rgb.resize(static_cast<std::size_t>(width) * height * 3);
  for (std::uint8_t& value : picture.rgb) value = static_cast<std::uint8_t>(stream.below(256));
  return picture;
}

// The picture of tests/interop/data/pillow_resize.py.
Picture pattern(int width, int height) {
  Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        picture.rgb.push_back(
            static_cast<std::uint8_t>(x * x * 7 + y * 31 * (c + 1) + x * y * (2 * c + 1)));
      }
    }
  }
  return picture;
}

std::uint32_t crc32(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t crc = ~0u;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

struct PillowCase {
  int width, height, to_width, to_height;
  std::uint32_t crc;
};

// What tests/interop/data/pillow_resize.py printed with Pillow 12.0.0.
const PillowCase kPillow[] = {
    {200, 200, 64, 64, 0xcca6aef3}, {200, 200, 224, 224, 0x38e8293c},
    {250, 180, 64, 64, 0x17ab38fe}, {64, 64, 64, 64, 0x64fff77d},
    {33, 57, 100, 100, 0xf94261c4}, {300, 40, 64, 96, 0x079a4c77},
    {1, 1, 32, 32, 0x67e6c984},     {500, 3, 32, 2, 0xf4634c51},
    {64, 200, 96, 32, 0x05363bea},
};

TEST(Resize, gives_the_bytes_that_pillow_gives) {
  for (const PillowCase& c : kPillow) {
    Picture fast;
    Picture plain;
    resize_bilinear(pattern(c.width, c.height), c.to_width, c.to_height, fast);
    resize_bilinear_reference(pattern(c.width, c.height), c.to_width, c.to_height, plain);
    EXPECT_EQ(crc32(fast.rgb), c.crc) << c.width << "x" << c.height << " to " << c.to_width;
    EXPECT_EQ(crc32(plain.rgb), c.crc) << c.width << "x" << c.height << " to " << c.to_width;
  }
}

TEST(Resize, fast_and_plain_form_agree_bit_for_bit) {
  const std::vector<int> sizes = {1, 2, 3, 31, 64, 100, 201};
  BilinearResizer resizer;  // one for all, so that kept weights and scratch are met again
  for (const int width : sizes) {
    for (const int height : {1, 33, 200}) {
      const Picture from = noise(width, height);
      for (const int to_width : sizes) {
        for (const int to_height : {1, 64, 200}) {
          Picture plain;
          resize_bilinear_reference(from, to_width, to_height, plain);
          std::vector<std::uint8_t> fast(plain.rgb.size());
          resizer.resize(from.rgb, width, height, fast, to_width, to_height);
          ASSERT_EQ(fast, plain.rgb)
              << width << "x" << height << " to " << to_width << "x" << to_height;
        }
      }
    }
  }
}

TEST(Resize, halving_weighs_the_four_nearest_one_three_three_one) {
  // Output 1 of 8 -> 4 has its centre at 3, between pixels 2 and 3; the triangle of half-width 2
  // gives pixels 1 to 4 the weights 1/8, 3/8, 3/8, 1/8.
  Picture from{8, 1, {}};
  for (int x = 0; x < 8; ++x) from.rgb.insert(from.rgb.end(), 3, static_cast<std::uint8_t>(x * x));
  Picture to;
  resize_bilinear(from, 4, 1, to);
  EXPECT_EQ(to.rgb[3], (1 * 1 + 3 * 4 + 3 * 9 + 1 * 16) / 8);
}

TEST(Resize, one_colour_stays_one_colour) {
  for (const int value : {0, 1, 127, 254, 255}) {
    Picture from{77, 53, std::vector<std::uint8_t>(77 * 53 * 3, static_cast<std::uint8_t>(value))};
    Picture to;
    resize_bilinear(from, 40, 90, to);
    EXPECT_EQ(to.rgb, std::vector<std::uint8_t>(40 * 90 * 3, static_cast<std::uint8_t>(value)));
  }
}

TEST(Resize, buffers_of_another_size_are_rejected) {
  std::vector<std::uint8_t> from(4 * 4 * 3);
  std::vector<std::uint8_t> to(2 * 2 * 3);
  BilinearResizer resizer;
  EXPECT_THROW(resizer.resize(from, 4, 5, to, 2, 2), Error);
  EXPECT_THROW(resizer.resize(from, 4, 4, to, 2, 3), Error);
  EXPECT_THROW(resizer.resize({}, 0, 0, to, 2, 2), Error);
}

}  // namespace
}  // namespace ag::data
