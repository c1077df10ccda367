#include "framework/photo/photo_reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "framework/data/jpeg.h"
#include "framework/photo/orientation.h"
#include "tests/support/made_photos.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/photo/decoded.h"
#include "tests/unit/photo/four_colours.h"

namespace ag::photo {
namespace {

using test::Bytes;
using test::expect_four_colours;
using test::expect_near;
using test::four_colours;
using test::kApp1;
using test::look_of;
using test::pixel;
using test::png_file;
using test::png_of;
using test::PngLook;

std::string complaint_of_file(const std::filesystem::path& path) {
  data::Picture photo;
  return PhotoReader().read(path, photo).value_or("none");
}

void write(const std::filesystem::path& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

// What `picture` is stored as by a camera that is held that way: the contrary of what is to be
// done, which is itself but for the quarter turns.
data::Picture held(const data::Picture& picture, std::uint32_t orientation) {
  const std::uint32_t contrary = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
  data::Picture stored;
  make_upright(picture, static_cast<Orientation>(contrary), stored);
  return stored;
}

// The size in a header, where `mark` (a PNG's IHDR, a JPEG's start of frame) stands before it by
// that many bytes, made 20,000 x 20,000.
void claim_20000(Bytes& file, const Bytes& mark, std::ptrdiff_t before, int bytes_each) {
  const auto found = test::place_of(file, mark);
  ASSERT_NE(found, file.end());
  const Bytes side = test::number(20'000, bytes_each, test::ByteOrder::kBig);
  std::ranges::copy(test::joined({side, side}), found + before);
}

TEST(Photo, jpeg_of_any_kind_becomes_rgb) {
  const data::Picture picture = four_colours(32, 16);
  constexpr int kTolerance = 4;
  expect_four_colours(decoded(data::encode_jpeg(picture, 95)), kTolerance);
  expect_four_colours(decoded(test::jpeg_file(picture.rgb, 32, 16, TJPF_RGB)), kTolerance);
  const Bytes progressive =
      test::jpeg_file(picture.rgb, 32, 16, TJPF_RGB, TJSAMP_420, TJFLAG_PROGRESSIVE);
  expect_four_colours(decoded(progressive), kTolerance);
}

TEST(Photo, grey_jpeg_becomes_three_equal_channels) {
  const auto photo = decoded(
      test::jpeg_file(std::vector<std::uint8_t>(16 * 8, 77), 16, 8, TJPF_GRAY, TJSAMP_GRAY));
  EXPECT_EQ(photo.width, 16);
  EXPECT_EQ(photo.height, 8);
  expect_near(pixel(photo, 9, 5), {77, 77, 77}, 1);
}

TEST(Photo, cmyk_jpeg_becomes_rgb_by_ink_times_black) {
  std::vector<std::uint8_t> inks;  // inverted, as Adobe stores them: 255 is no ink
  for (int i = 0; i < 16 * 16; ++i) inks.insert(inks.end(), {200, 100, 50, 204});
  const auto photo = decoded(test::jpeg_file(inks, 16, 16, TJPF_CMYK));
  expect_near(pixel(photo, 8, 8), {200 * 204 / 255, 100 * 204 / 255, 50 * 204 / 255}, 3);
}

TEST(Photo, a_photo_held_any_way_comes_out_upright) {
  const data::Picture picture = four_colours(48, 32);
  PhotoReader reader;
  for (std::uint32_t value = 1; value <= 8; ++value) {
    const data::Picture stored = held(picture, value);
    const Bytes exif = test::exif_saying(value);
    const Bytes jpeg =
        test::with_segment(data::encode_jpeg(stored, 95), kApp1, test::jpeg_exif(exif));
    data::Picture photo;
    ASSERT_EQ(reader.decode(jpeg, photo), std::nullopt);
    EXPECT_EQ(photo.width, 48) << value;
    EXPECT_EQ(photo.height, 32) << value;
    expect_four_colours(photo, 4);

    PngLook look = look_of(stored.width, stored.height, PNG_COLOR_TYPE_RGB, 8);
    look.exif = exif;
    ASSERT_EQ(reader.decode(png_file(look, stored.rgb), photo), std::nullopt);
    EXPECT_EQ(photo.width, 48) << value;
    EXPECT_EQ(photo.rgb, picture.rgb) << value;
  }
}

TEST(Photo, a_file_is_read_whatever_its_name) {
  const test::TemporaryFolder folder;
  const data::Picture picture = four_colours(6, 4);
  write(folder / "holiday.jpg", png_of(picture));
  data::Picture photo;
  ASSERT_EQ(PhotoReader().read(folder / "holiday.jpg", photo), std::nullopt);
  EXPECT_EQ(photo.rgb, picture.rgb);
}

TEST(Photo, a_file_that_cant_be_read_says_why) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(complaint_of_file(folder.path()), "a folder, not a photo");
  EXPECT_EQ(complaint_of_file(folder / "none.jpg"), "can't open it: No such file or directory");
  write(folder / "empty.jpg", {});
  EXPECT_EQ(complaint_of_file(folder / "empty.jpg"), "an empty file");
  ASSERT_EQ(::mkfifo((folder / "pipe.jpg").c_str(), 0600), 0);
  EXPECT_EQ(complaint_of_file(folder / "pipe.jpg"), "not an ordinary file");
  std::ofstream(folder / "huge.jpg").put('x');
  std::filesystem::resize_file(folder / "huge.jpg", kMostBytes + 300'000'000);  // takes no disk
  EXPECT_EQ(complaint_of_file(folder / "huge.jpg"),
            "1.3 GB are too many for a photo (at most 1.0 GB)");
}

TEST(Photo, a_file_that_one_may_not_read_says_so) {
  const test::TemporaryFolder folder;
  write(folder / "secret.jpg", png_of(four_colours(2, 2)));
  std::filesystem::permissions(folder / "secret.jpg", std::filesystem::perms::none);
  constexpr uid_t kNobody = 65534;
  const bool is_root = ::geteuid() == 0;  // who may read everything
  ASSERT_TRUE(!is_root || ::seteuid(kNobody) == 0);
  EXPECT_EQ(complaint_of_file(folder / "secret.jpg"), "can't open it: Permission denied");
  ASSERT_TRUE(!is_root || ::seteuid(0) == 0);
}

TEST(Photo, another_format_is_called_by_its_name) {
  EXPECT_EQ(complaint_of(test::bytes_of("GIF89a")),
            "a GIF file; only JPEG and PNG are read: convert it, for example with ImageMagick's "
            "convert");
}

TEST(Photo, a_file_cut_anywhere_says_that_it_was_cut_short) {
  const data::Picture picture = four_colours(48, 48);
  PhotoReader reader;
  data::Picture photo;
  const auto expect_cut = [&](const Bytes& whole, std::size_t from, std::size_t to,
                              const std::string& complaint) {
    for (std::size_t kept = from; kept < to; kept += 3)
      EXPECT_EQ(reader.decode(std::span(whole).first(kept), photo), complaint) << kept;
    // The reader isn't spoilt by them.
    EXPECT_EQ(reader.decode(whole, photo), std::nullopt);
  };
  const std::string of_jpeg = "a JPEG file that was cut short: its end is missing";
  const Bytes exif = test::jpeg_exif(test::exif_saying(6));
  const Bytes jpeg = test::with_segment(data::encode_jpeg(picture, 90), kApp1, exif);
  expect_cut(jpeg, 2, jpeg.size() - 2, of_jpeg);
  const Bytes progressive =
      test::jpeg_file(picture.rgb, 48, 48, TJPF_RGB, TJSAMP_444, TJFLAG_PROGRESSIVE);
  expect_cut(progressive, 2, progressive.size() - 2, of_jpeg);
  // Without its last 12 bytes (IEND) and the check sum before them a PNG has all its pixels.
  const Bytes png = png_of(picture);
  expect_cut(png, 4, png.size() - 20, "a PNG file that was cut short: its end is missing");
}

TEST(Photo, a_header_that_claims_too_many_pixels_is_turned_down) {
  const std::string complaint = "20000 x 20000 pixels are too many (at most 200 million)";
  Bytes png = png_of(four_colours(8, 8));
  claim_20000(png, test::bytes_of("IHDR"), 4, 4);
  EXPECT_EQ(complaint_of(png), complaint);
  Bytes jpeg = data::encode_jpeg(four_colours(16, 16), 90);
  claim_20000(jpeg, {std::byte{0xFF}, std::byte{0xC0}}, 5, 2);
  EXPECT_EQ(complaint_of(jpeg), complaint);
}

TEST(Photo, a_reader_may_be_told_to_take_fewer_pixels) {
  PhotoReader reader(1200);
  data::Picture photo;
  EXPECT_EQ(reader.decode(png_of(four_colours(40, 30)), photo), std::nullopt);
  EXPECT_EQ(reader.decode(png_of(four_colours(41, 30)), photo),
            "41 x 30 pixels are too many (at most 1,200)");
  EXPECT_EQ(reader.decode(data::encode_jpeg(four_colours(30, 41), 90), photo),
            "30 x 41 pixels are too many (at most 1,200)");
}

}  // namespace
}  // namespace ag::photo
