#include "framework/data/jpeg.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <cmath>
#include <memory>

#include "framework/core/error.h"

namespace ag::data {
namespace {

// A smooth picture, which JPEG hardly changes.
Picture gradient(int width, int height) {
  Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.rgb.push_back(static_cast<std::uint8_t>(x * 255 / width));
      picture.rgb.push_back(static_cast<std::uint8_t>(y * 255 / height));
      picture.rgb.push_back(128);
    }
  }
  return picture;
}

// `pixels` of one TurboJPEG format as a JPEG without chroma subsampling.
std::vector<std::byte> encode_as(const std::vector<unsigned char>& pixels, int width, int height,
                                 int pixel_format, int subsampling) {
  const std::unique_ptr<void, decltype(&tjDestroy)> handle(tjInitCompress(), tjDestroy);
  unsigned char* jpeg = nullptr;
  unsigned long size = 0;
  EXPECT_EQ(tjCompress2(handle.get(), pixels.data(), width, 0, height, pixel_format, &jpeg, &size,
                        subsampling, 100, 0),
            0);
  const auto* first = reinterpret_cast<const std::byte*>(jpeg);
  std::vector<std::byte> bytes(first, first + size);
  tjFree(jpeg);
  return bytes;
}

TEST(Jpeg, what_is_encoded_is_decoded_nearly_the_same) {
  const Picture picture = gradient(61, 47);
  const auto jpeg = encode_jpeg(picture, 95);
  Picture back;
  JpegDecoder decoder;
  ASSERT_EQ(decoder.decode(jpeg, back), std::nullopt);
  EXPECT_EQ(back.width, 61);
  EXPECT_EQ(back.height, 47);
  ASSERT_EQ(back.rgb.size(), picture.rgb.size());
  double squares = 0;
  for (std::size_t i = 0; i < back.rgb.size(); ++i) {
    squares += std::pow(double{1} * back.rgb[i] - picture.rgb[i], 2);
  }
  // 4 of 255 is 36 dB, less than quality 95 gives on anything smooth.
  EXPECT_LT(std::sqrt(squares / static_cast<double>(back.rgb.size())), 4);
  EXPECT_EQ(decoder.size(jpeg)->width, 61);
}

TEST(Jpeg, a_file_cut_anywhere_is_unreadable) {
  const auto jpeg = encode_jpeg(gradient(64, 64), 90);
  JpegDecoder decoder;
  Picture out;
  for (std::size_t kept = 0; kept + 2 < jpeg.size(); kept += 97) {
    const std::span<const std::byte> part(jpeg.data(), kept);
    EXPECT_NE(decoder.decode(part, out), std::nullopt) << kept << " of " << jpeg.size();
  }
  // The decoder isn't spoilt by them.
  EXPECT_EQ(decoder.decode(jpeg, out), std::nullopt);
}

// Some phones write the end of the spectrum wrong in a baseline file, where it means nothing.
TEST(Jpeg, a_header_that_only_some_cameras_write_so_is_read) {
  const auto jpeg = encode_jpeg(gradient(61, 47), 95);
  auto written_so = jpeg;
  for (std::size_t i = 0; i + 12 < jpeg.size(); ++i) {
    if (jpeg[i] == std::byte{0xFF} && jpeg[i + 1] == std::byte{0xDA})
      written_so[i + 12] = std::byte{0};  // behind marker, length and three components: Ss, Se
  }
  ASSERT_NE(written_so, jpeg);
  Picture picture, so;
  JpegDecoder decoder;
  ASSERT_EQ(decoder.decode(jpeg, picture), std::nullopt);
  ASSERT_EQ(decoder.decode(written_so, so), std::nullopt);
  EXPECT_EQ(so.rgb, picture.rgb);
}

TEST(Jpeg, what_is_no_jpeg_is_unreadable) {
  const std::vector<std::byte> zeros(500);
  JpegDecoder decoder;
  Picture out;
  EXPECT_NE(decoder.decode(zeros, out), std::nullopt);
  EXPECT_EQ(decoder.size(zeros), std::nullopt);
}

TEST(Jpeg, grey_becomes_three_equal_channels) {
  const auto jpeg =
      encode_as(std::vector<unsigned char>(16 * 16, 77), 16, 16, TJPF_GRAY, TJSAMP_GRAY);
  JpegDecoder decoder;
  Picture out;
  ASSERT_EQ(decoder.decode(jpeg, out), std::nullopt);
  ASSERT_EQ(out.rgb.size(), 16u * 16 * 3);
  for (const int value : out.rgb) EXPECT_NEAR(value, 77, 1);
}

TEST(Jpeg, cmyk_becomes_rgb_by_ink_times_black) {
  // Stored inverted: 255 is no ink. Red is cyan * black / 255, and so on.
  std::vector<unsigned char> pixels;
  for (int i = 0; i < 16 * 16; ++i) pixels.insert(pixels.end(), {200, 100, 50, 204});
  const auto jpeg = encode_as(pixels, 16, 16, TJPF_CMYK, TJSAMP_444);
  JpegDecoder decoder;
  Picture out;
  ASSERT_EQ(decoder.decode(jpeg, out), std::nullopt);
  ASSERT_EQ(out.rgb.size(), 16u * 16 * 3);
  for (std::size_t i = 0; i < out.rgb.size(); i += 3) {
    EXPECT_NEAR(out.rgb[i], 200 * 204 / 255.0, 3);
    EXPECT_NEAR(out.rgb[i + 1], 100 * 204 / 255.0, 3);
    EXPECT_NEAR(out.rgb[i + 2], 50 * 204 / 255.0, 3);
  }
}

TEST(Jpeg, a_header_that_claims_gigabytes_is_turned_down) {
  auto jpeg = encode_jpeg(gradient(16, 16), 90);
  // The size stands in the frame header (marker FFC0), 5 bytes after its first.
  for (std::size_t i = 0; i + 8 < jpeg.size(); ++i) {
    if (jpeg[i] == std::byte{0xFF} && jpeg[i + 1] == std::byte{0xC0}) {
      for (std::size_t at = i + 5; at < i + 9; ++at) jpeg[at] = std::byte{0xF0};
    }
  }
  JpegDecoder decoder;
  Picture out;
  const auto complaint = decoder.decode(jpeg, out);
  ASSERT_NE(complaint, std::nullopt);
  EXPECT_EQ(*complaint, "61680 x 61680 pixels are too many");
}

TEST(Jpeg, an_empty_picture_cant_be_encoded) {
  EXPECT_THROW(encode_jpeg(Picture{}, 90), Error);
}

}  // namespace
}  // namespace ag::data
