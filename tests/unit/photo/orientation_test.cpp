#include "framework/photo/orientation.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/made_photos.h"

namespace ag::photo {
namespace {

using test::ByteOrder;
using test::Bytes;
using test::exif_saying;
using test::jpeg_exif;
using test::kApp1;
using test::with_segment;

constexpr int kWhite = 255;

// A picture of letters, row after row: each a pixel of its own colour.
data::Picture lettered(const std::vector<std::string>& rows) {
  data::Picture picture;
  picture.height = static_cast<int>(rows.size());
  picture.width = static_cast<int>(rows.front().size());
  for (const std::string& row : rows) {
    for (const char letter : row) {
      const auto code = static_cast<std::uint8_t>(letter);
      picture.rgb.insert(picture.rgb.end(), {code, static_cast<std::uint8_t>(code + 50),
                                             static_cast<std::uint8_t>(code + 100)});
    }
  }
  return picture;
}

Bytes plain_jpeg() {
  return test::jpeg_file(std::vector<std::uint8_t>(8 * 8 * 3, kWhite), 8, 8, TJPF_RGB);
}

Bytes plain_png(const Bytes& exif) {
  test::PngLook look;
  look.width = look.height = 2;
  look.exif = exif;
  return test::png_file(look, std::vector<std::uint8_t>(2 * 2 * 3, kWhite));
}

// Exif 2.32 says where the stored picture's first row and first column are to be seen.
TEST(Orientation, all_eight_values_become_upright) {
  const data::Picture upright = lettered({"abc",  //
                                          "def"});
  const std::map<int, std::vector<std::string>> stored = {
      {1, {"abc", "def"}},      // the top and the left side
      {2, {"cba", "fed"}},      // the top, the right side
      {3, {"fed", "cba"}},      // the bottom, the right side
      {4, {"def", "abc"}},      // the bottom, the left side
      {5, {"ad", "be", "cf"}},  // the left side, the top
      {6, {"cf", "be", "ad"}},  // the right side, the top
      {7, {"fc", "eb", "da"}},  // the right side, the bottom
      {8, {"da", "eb", "fc"}},  // the left side, the bottom
  };
  for (const auto& [value, rows] : stored) {
    data::Picture made;
    make_upright(lettered(rows), static_cast<Orientation>(value), made);
    EXPECT_EQ(made.width, 3) << value;
    EXPECT_EQ(made.height, 2) << value;
    EXPECT_EQ(made.rgb, upright.rgb) << value;
  }
}

TEST(Orientation, what_one_turn_did_its_contrary_undoes_at_any_size) {
  constexpr int kWidth = 101;
  constexpr int kHeight = 70;
  data::Picture picture{kWidth, kHeight, {}};
  for (int i = 0; i < kWidth * kHeight; ++i) {
    picture.rgb.insert(picture.rgb.end(), {static_cast<std::uint8_t>(i),
                                           static_cast<std::uint8_t>(i >> 8), std::uint8_t{7}});
  }
  for (int value = 1; value <= 8; ++value) {
    // All but the quarter turns are their own contrary.
    const int contrary = value == 6 ? 8 : value == 8 ? 6 : value;
    data::Picture turned;
    data::Picture back;
    make_upright(picture, static_cast<Orientation>(value), turned);
    EXPECT_EQ(turned.rgb == picture.rgb, value == 1) << value;
    EXPECT_EQ(turned.width, value >= 5 ? kHeight : kWidth) << value;
    make_upright(turned, static_cast<Orientation>(contrary), back);
    EXPECT_EQ(back.width, kWidth) << value;
    EXPECT_EQ(back.rgb, picture.rgb) << value;
  }
}

TEST(Orientation, jpeg_says_it_in_either_byte_order) {
  for (std::uint32_t value = 1; value <= 8; ++value) {
    for (const ByteOrder order : {ByteOrder::kBig, ByteOrder::kLittle}) {
      const Bytes jpeg = with_segment(plain_jpeg(), kApp1, jpeg_exif(exif_saying(value, order)));
      EXPECT_EQ(orientation_of(jpeg), static_cast<Orientation>(value));
    }
  }
}

TEST(Orientation, png_says_it_in_either_byte_order) {
  for (std::uint32_t value = 1; value <= 8; ++value) {
    for (const ByteOrder order : {ByteOrder::kBig, ByteOrder::kLittle}) {
      EXPECT_EQ(orientation_of(plain_png(exif_saying(value, order))),
                static_cast<Orientation>(value));
    }
  }
}

TEST(Orientation, exif_is_found_behind_other_segments) {
  Bytes jpeg = with_segment(plain_jpeg(), kApp1, jpeg_exif(exif_saying(6)));
  jpeg = with_segment(jpeg, kApp1, test::bytes_of({"http://ns.adobe.com/xap/1.0/\0<xml/>", 35}));
  jpeg = with_segment(jpeg, 0xFE, test::bytes_of("a comment"));
  EXPECT_EQ(orientation_of(jpeg), Orientation::kQuarterTurn);
}

TEST(Orientation, bytes_of_filling_before_a_marker_are_passed_over) {
  Bytes jpeg = with_segment(plain_jpeg(), kApp1, jpeg_exif(exif_saying(8)));
  jpeg.insert(jpeg.begin() + 2, 3, std::byte{0xFF});
  EXPECT_EQ(orientation_of(jpeg), Orientation::kThreeQuarterTurn);
}

TEST(Orientation, a_thumbnail_of_another_orientation_does_not_count) {
  // IFD 0 has no entry and names IFD 1, the thumbnail's, which has the orientation.
  const Bytes whole = exif_saying(6);
  const Bytes tiff = test::joined(
      {test::bytes_of({"MM\0\x2A\0\0\0\x08\0\0\0\0\0\x0E", 14}), {whole.begin() + 8, whole.end()}});
  EXPECT_EQ(orientation_of(with_segment(plain_jpeg(), kApp1, jpeg_exif(tiff))),
            Orientation::kUpright);
}

TEST(Orientation, what_says_nothing_sensible_is_upright) {
  EXPECT_EQ(orientation_of({}), Orientation::kUpright);
  EXPECT_EQ(orientation_of(test::bytes_of("a text")), Orientation::kUpright);
  EXPECT_EQ(orientation_of(plain_jpeg()), Orientation::kUpright);
  EXPECT_EQ(orientation_of(plain_png({})), Orientation::kUpright);
  for (const std::uint32_t value : {0u, 9u, 0x106u, 65535u}) {
    EXPECT_EQ(orientation_of(with_segment(plain_jpeg(), kApp1, jpeg_exif(exif_saying(value)))),
              Orientation::kUpright);
    EXPECT_EQ(orientation_of(plain_png(exif_saying(value))), Orientation::kUpright);
  }
}

TEST(Orientation, a_file_cut_anywhere_is_looked_at_without_harm) {
  const Bytes jpeg = with_segment(plain_jpeg(), kApp1, jpeg_exif(exif_saying(6)));
  const Bytes png = plain_png(exif_saying(6));
  for (const Bytes& whole : {jpeg, png}) {
    for (std::size_t kept = 0; kept < whole.size(); ++kept) {
      // A copy of its own, so that AddressSanitizer sees a byte too far.
      const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(kept));
      const Orientation found = orientation_of(part);
      EXPECT_TRUE(found == Orientation::kUpright || found == Orientation::kQuarterTurn) << kept;
    }
  }
}

}  // namespace
}  // namespace ag::photo
