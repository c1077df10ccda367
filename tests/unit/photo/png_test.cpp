#include "framework/photo/png.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "framework/photo/photo_reader.h"
#include "tests/support/made_photos.h"
#include "tests/unit/photo/decoded.h"
#include "tests/unit/photo/four_colours.h"

namespace ag::photo {
namespace {

using test::Bytes;
using test::expect_near;
using test::four_colours;
using test::look_of;
using test::pixel;
using test::png_file;
using test::png_of;
using test::PngLook;
using test::Rgb;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The PNG specification's gAMA of sRGB, 0.45455: the power that libpng takes for sRGB's curve.
constexpr double kPower = 0.45455;
double light_of(double srgb) {
  return std::pow(srgb, 1 / kPower);
}
double srgb_of(double light) {
  return std::pow(light, kPower);
}

// What a sample of 0 to 255 is before white when it covers that share of it.
int on_white(int sample, double cover) {
  const double light = light_of(sample / 255.0) * cover + 1 - cover;
  return static_cast<int>(std::lround(255 * srgb_of(light)));
}

TEST(Png, rgb_png_keeps_its_pixels) {
  const data::Picture picture = four_colours(7, 5);
  const data::Picture photo = decoded(png_of(picture));
  EXPECT_EQ(photo.width, 7);
  EXPECT_EQ(photo.height, 5);
  EXPECT_EQ(photo.rgb, picture.rgb);
}

TEST(Png, interlaced_png_keeps_its_pixels) {
  const data::Picture picture = four_colours(19, 21);
  PngLook look = look_of(19, 21, PNG_COLOR_TYPE_RGB, 8);
  look.interlaced = true;
  EXPECT_EQ(decoded(png_file(look, picture.rgb)).rgb, picture.rgb);
}

TEST(Png, grey_png_of_few_bits_spans_black_to_white) {
  // One row of eight pixels: 1 bit in one byte, 2 bits in two, 4 bits in four.
  const auto one = decoded(png_file(look_of(8, 1, PNG_COLOR_TYPE_GRAY, 1), {0b10110001}));
  for (const auto& [x, value] : {std::pair{0, 255}, {1, 0}, {2, 255}, {3, 255}, {4, 0}, {7, 255}})
    EXPECT_EQ(pixel(one, x, 0), (Rgb{value, value, value})) << x;
  const auto two = decoded(png_file(look_of(8, 1, PNG_COLOR_TYPE_GRAY, 2), {0b00011011, 0}));
  for (int x = 0; x < 4; ++x) EXPECT_EQ(pixel(two, x, 0)[0], x * 85) << x;
  const auto four = decoded(png_file(look_of(4, 1, PNG_COLOR_TYPE_GRAY, 4), {0x0F, 0x37}));
  EXPECT_EQ(pixel(four, 1, 0)[1], 255);
  EXPECT_EQ(pixel(four, 2, 0)[1], 3 * 17);
  EXPECT_EQ(pixel(four, 3, 0)[2], 7 * 17);
  const auto eight = decoded(png_file(look_of(3, 1, PNG_COLOR_TYPE_GRAY, 8), {0, 77, 255}));
  EXPECT_EQ(pixel(eight, 1, 0), (Rgb{77, 77, 77}));
}

TEST(Png, palette_png_takes_its_colours) {
  PngLook look = look_of(3, 1, PNG_COLOR_TYPE_PALETTE, 8);
  look.palette = {{10, 20, 30}, {200, 100, 50}, {0, 0, 0}};
  const auto photo = decoded(png_file(look, {1, 0, 2}));
  EXPECT_EQ(pixel(photo, 0, 0), (Rgb{200, 100, 50}));
  EXPECT_EQ(pixel(photo, 1, 0), (Rgb{10, 20, 30}));
  EXPECT_EQ(pixel(photo, 2, 0), (Rgb{0, 0, 0}));
}

TEST(Png, transparency_lets_white_through) {
  const std::vector<std::uint8_t> pixels = {10, 100, 200, 0,  10, 100, 200, 255,
                                            10, 100, 200, 51, 10, 100, 200, 153};
  const auto photo = decoded(png_file(look_of(4, 1, PNG_COLOR_TYPE_RGB_ALPHA, 8), pixels));
  EXPECT_EQ(pixel(photo, 0, 0), (Rgb{255, 255, 255}));
  EXPECT_EQ(pixel(photo, 1, 0), (Rgb{10, 100, 200}));
  expect_near(pixel(photo, 2, 0), {on_white(10, 0.2), on_white(100, 0.2), on_white(200, 0.2)}, 1);
  expect_near(pixel(photo, 3, 0), {on_white(10, 0.6), on_white(100, 0.6), on_white(200, 0.6)}, 1);
  const auto grey =
      decoded(png_file(look_of(2, 1, PNG_COLOR_TYPE_GRAY_ALPHA, 8), {80, 0, 80, 102}));
  EXPECT_EQ(pixel(grey, 0, 0), (Rgb{255, 255, 255}));
  const int mixed = on_white(80, 0.4);
  expect_near(pixel(grey, 1, 0), {mixed, mixed, mixed}, 1);
}

TEST(Png, a_transparent_entry_or_colour_lets_white_through) {
  PngLook palette = look_of(3, 1, PNG_COLOR_TYPE_PALETTE, 8);
  palette.palette = {{10, 20, 30}, {200, 100, 50}, {60, 70, 80}};
  palette.alphas = {0, 51};  // the third is opaque
  const auto photo = decoded(png_file(palette, {0, 1, 2}));
  EXPECT_EQ(pixel(photo, 0, 0), (Rgb{255, 255, 255}));
  expect_near(pixel(photo, 1, 0), {on_white(200, 0.2), on_white(100, 0.2), on_white(50, 0.2)}, 1);
  EXPECT_EQ(pixel(photo, 2, 0), (Rgb{60, 70, 80}));
  PngLook grey = look_of(2, 1, PNG_COLOR_TYPE_GRAY, 8);
  grey.see_through = png_color_16{};
  grey.see_through->gray = 40;
  const auto see_through = decoded(png_file(grey, {40, 41}));
  EXPECT_EQ(pixel(see_through, 0, 0), (Rgb{255, 255, 255}));
  EXPECT_EQ(pixel(see_through, 1, 0), (Rgb{41, 41, 41}));
}

TEST(Png, sixteen_bits_become_eight_without_a_change_of_brightness) {
  // 0x4D4D is 77 * 257, and so on.
  const auto grey = decoded(
      png_file(look_of(3, 1, PNG_COLOR_TYPE_GRAY, 16), {0x4D, 0x4D, 0xFF, 0xFF, 0x10, 0x00}));
  EXPECT_EQ(pixel(grey, 0, 0), (Rgb{77, 77, 77}));
  EXPECT_EQ(pixel(grey, 1, 0), (Rgb{255, 255, 255}));
  EXPECT_NEAR(pixel(grey, 2, 0)[0], 0x1000 / 257.0, 1);
  const auto colour = decoded(
      png_file(look_of(1, 1, PNG_COLOR_TYPE_RGB, 16), {0x0A, 0x0A, 0x64, 0x64, 0xC8, 0xC8}));
  expect_near(pixel(colour, 0, 0), {10, 100, 200}, 1);
}

TEST(Png, sixteen_bits_with_transparency_let_white_through) {
  const auto photo = decoded(png_file(look_of(1, 1, PNG_COLOR_TYPE_RGB_ALPHA, 16),
                                      {0x0A, 0x0A, 0x64, 0x64, 0xC8, 0xC8, 0x33, 0x33}));
  expect_near(pixel(photo, 0, 0), {on_white(10, 0.2), on_white(100, 0.2), on_white(200, 0.2)}, 1);
}

TEST(Png, linear_light_becomes_srgb) {
  PngLook look = look_of(1, 1, PNG_COLOR_TYPE_GRAY, 8);
  look.gamma = 1;
  const auto expected = static_cast<int>(std::lround(255 * srgb_of(60 / 255.0)));
  EXPECT_NEAR(pixel(decoded(png_file(look, {60})), 0, 0)[0], expected, 1);
  look.depth = 16;
  EXPECT_NEAR(pixel(decoded(png_file(look, {60, 60})), 0, 0)[0], expected, 1);
}

TEST(Png, damaged_pixels_are_a_complaint_of_libpngs) {
  Bytes png = png_of(four_colours(40, 30));
  const auto pixels = test::place_of(png, "IDAT");
  *(pixels + 20) ^= std::byte{0x55};
  EXPECT_THAT(complaint_of(png), StartsWith("a PNG file that can't be decoded (IDAT: "));
  Bytes header = png_of(four_colours(40, 30));
  header[24] = std::byte{3};  // bits
  EXPECT_THAT(complaint_of(header), HasSubstr("can't be decoded (IHDR: CRC error)"));
}

TEST(Png, a_png_whose_header_is_hidden_behind_another_chunk_is_turned_down) {
  PngLook look = look_of(1'000'000, 1, PNG_COLOR_TYPE_GRAY, 1);
  look.text = "a text";
  Bytes png = png_file(look, std::vector<std::uint8_t>(125'000));
  // The text, from its length to its check sum, goes before the header.
  const auto text = test::place_of(png, "zTXt") - 4;
  const auto pixels = test::place_of(png, "IDAT") - 4;
  std::rotate(png.begin() + 8, text, pixels);
  data::Picture photo;
  const auto complaint = PhotoReader(1000).decode(png, photo);
  EXPECT_EQ(complaint, "a PNG file that can't be decoded (the header isn't the first chunk)");
  EXPECT_TRUE(photo.rgb.empty());
}

// The most memory that this process has had at once.
long peak_kilobytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// 1.6 MB of texts that libpng would inflate to 1.6 GB before it came to the pixels.
TEST(Png, texts_in_a_png_take_no_memory) {
  const data::Picture picture = four_colours(8, 8);
  PngLook look = look_of(8, 8, PNG_COLOR_TYPE_RGB, 8);
  look.text = std::string(7'900'000, 'a');
  Bytes png = png_file(look, picture.rgb);
  const auto name = test::place_of(png, "zTXt");
  const auto next = test::place_of(png, "IDAT");
  const Bytes text(name - 4, next - 4);
  const auto at = name - png.begin() - 4;
  Bytes texts;
  for (int i = 0; i < 200; ++i) texts.insert(texts.end(), text.begin(), text.end());
  png.insert(png.begin() + at, texts.begin(), texts.end());

  const long before = peak_kilobytes();
  EXPECT_EQ(decoded(png).rgb, picture.rgb);
  EXPECT_LT(peak_kilobytes() - before, 200'000);
}

// Found by libFuzzer: libpng sets aside as much as the chunk claims before it reads it.
TEST(Png, a_chunk_that_claims_gigabytes_takes_no_memory) {
  PngLook look = look_of(8, 8, PNG_COLOR_TYPE_RGB, 8);
  look.exif = test::exif_saying(6);
  Bytes png = png_file(look, four_colours(8, 8).rgb);
  const auto length = test::place_of(png, "eXIf") - 4;
  std::ranges::copy(test::number(1'700'000'000, 4, test::ByteOrder::kBig), length);
  const long before = peak_kilobytes();
  EXPECT_EQ(complaint_of(png), "a PNG file that was cut short: its end is missing");
  EXPECT_LT(peak_kilobytes() - before, 200'000);
}

}  // namespace
}  // namespace ag::photo
