#include "dataprep/stored_picture.h"

#include <gtest/gtest.h>

#include "framework/core/atomic_file.h"
#include "framework/data/jpeg.h"
#include "tests/support/made_photos.h"
#include "tests/support/temporary_folder.h"

namespace ag::dataprep {
namespace {

// Black on the left, white on the right.
std::vector<std::uint8_t> halves(int width, int height) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) pixels.insert(pixels.end(), 3, x < width / 2 ? 0 : 255);
  }
  return pixels;
}

class StoredPictureTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::vector<std::byte>& bytes) const {
    std::filesystem::path file = folder_ / "face";
    write_file_atomically(
        file, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    return file;
  }

  // What the loader will see of it.
  static data::Picture decoded(const StoredPicture& stored) {
    data::Picture picture;
    EXPECT_EQ(data::JpegDecoder().decode(stored.bytes, picture), std::nullopt);
    return picture;
  }

  test::TemporaryFolder folder_;
  PictureStore store_{{.size = 64}};
};

TEST_F(StoredPictureTest, of_a_small_jpeg_is_its_file_byte_for_byte) {
  const test::Bytes jpeg = test::jpeg_file(halves(40, 32), 40, 32, TJPF_RGB);
  EXPECT_EQ(store_.prepare(write(jpeg)).bytes, jpeg);
}

// A camera that was held on its side stores the picture so, and says in EXIF how to turn it.
TEST_F(StoredPictureTest, of_a_jpeg_on_its_side_is_upright) {
  const test::Bytes jpeg = test::jpeg_file(halves(40, 32), 40, 32, TJPF_RGB);
  constexpr int kApp1 = 0xE1;
  constexpr std::uint32_t kQuarterTurn = 6;
  const test::Bytes turned = test::with_segment(
      jpeg, kApp1,
      test::joined({test::bytes_of({"Exif\0\0", 6}), test::exif_saying(kQuarterTurn)}));
  const data::Picture upright = decoded(store_.prepare(write(turned)));
  ASSERT_EQ(upright.width, 32);
  ASSERT_EQ(upright.height, 40);
  EXPECT_LT(upright.rgb.front(), 20);  // what was left is above
  EXPECT_GT(upright.rgb.back(), 235);  // what was right is below
}

TEST_F(StoredPictureTest, of_a_png_is_a_jpeg_of_it) {
  data::Picture picture{40, 32, halves(40, 32)};
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = 40;
  image.height = 32;
  image.format = PNG_FORMAT_RGB;
  const std::filesystem::path file = folder_ / "face.png";
  ASSERT_NE(png_image_write_to_file(&image, file.c_str(), 0, picture.rgb.data(), 0, nullptr), 0);
  const data::Picture stored = decoded(store_.prepare(file));
  EXPECT_EQ(stored.width, 40);
  EXPECT_LT(stored.rgb.front(), 20);
  EXPECT_GT(stored.rgb.back(), 235);
}

TEST_F(StoredPictureTest, of_a_larger_one_has_its_shorter_side_shrunk) {
  const data::Picture stored =
      decoded(store_.prepare(write(test::jpeg_file(halves(300, 128), 300, 128, TJPF_RGB))));
  EXPECT_EQ(stored.height, 64);
  EXPECT_EQ(stored.width, 150);
}

TEST_F(StoredPictureTest, of_what_is_no_picture_is_a_reason) {
  EXPECT_EQ(store_.prepare(write(test::bytes_of("text"))).defect, Reason::kUnreadable);
  EXPECT_EQ(store_.prepare(write({})).defect, Reason::kFileEmpty);
  EXPECT_EQ(store_.prepare(folder_ / "gone").defect, Reason::kFileMissing);
}

}  // namespace
}  // namespace ag::dataprep
