#include "framework/photo/file_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/made_photos.h"

namespace ag::photo {
namespace {

using test::Bytes;
using ::testing::StartsWith;

TEST(FileKind, another_format_is_called_by_its_name) {
  const auto said = [](std::string_view first) {
    return neither_jpeg_nor_png(test::joined({test::bytes_of(first), Bytes(64)}));
  };
  EXPECT_EQ(said({"\0\0\0\x18"
                  "ftypheic",
                  12}),
            "a HEIC file; only JPEG and PNG are read: convert it, for example with libheif's "
            "heif-convert");
  EXPECT_THAT(said({"\0\0\0\x18"
                    "ftypmif1",
                    12}),
              StartsWith("a HEIF file; "));
  EXPECT_THAT(said({"\0\0\0\x20"
                    "ftypavif",
                    12}),
              StartsWith("an AVIF file; "));
  EXPECT_THAT(said({"\0\0\0\x20"
                    "ftypqt  ",
                    12}),
              StartsWith("a video; "));
  EXPECT_THAT(said({"RIFF\x10\0\0\0WEBPVP8 ", 16}), StartsWith("a WebP file; "));
  EXPECT_THAT(said("GIF89a"), StartsWith("a GIF file; "));
  EXPECT_THAT(said({"BM\x36\x10\0\0\0\0\0\0", 10}), StartsWith("a BMP file; "));
  EXPECT_THAT(said({"II*\0", 4}), StartsWith("a TIFF file or a camera's raw file; "));
  EXPECT_THAT(said({"MM\0*", 4}), StartsWith("a TIFF file or a camera's raw file; "));
  EXPECT_THAT(said("%PDF-1.7"), StartsWith("a PDF file; "));
  EXPECT_THAT(said({"\0\0\0\x0CJXL ", 8}), StartsWith("a JPEG XL file; "));
  EXPECT_THAT(said({"\0\0\0\x0CjP  ", 8}), StartsWith("a JPEG 2000 file; "));
  EXPECT_EQ(said("\x01\x02\x03"), "neither JPEG nor PNG");
  EXPECT_EQ(neither_jpeg_nor_png(Bytes(300)), "neither JPEG nor PNG");
  EXPECT_EQ(neither_jpeg_nor_png({}), "an empty file");
}

TEST(FileKind, a_text_is_called_a_text) {
  EXPECT_EQ(neither_jpeg_nor_png(test::bytes_of("path,age\nBM.jpg,31\n")),
            "a text file; only JPEG and PNG are read");
  EXPECT_EQ(neither_jpeg_nor_png(test::bytes_of("BM: Z\xC3\xBCrich, a list of faces")),
            "a text file; only JPEG and PNG are read");
  EXPECT_EQ(neither_jpeg_nor_png(test::bytes_of("<!DOCTYPE html><title>404</title>")),
            "a web page; only JPEG and PNG are read");
}

TEST(FileKind, jpeg_and_png_are_known_by_their_first_bytes) {
  EXPECT_TRUE(looks_like_jpeg(test::bytes_of("\xFF\xD8\xFF\xE0")));
  EXPECT_FALSE(looks_like_jpeg(test::bytes_of("\xFF")));
  EXPECT_TRUE(looks_like_png(test::bytes_of("\x89PNG\r\n\x1A\n")));
  EXPECT_TRUE(looks_like_png(test::bytes_of("\x89PNG\n\x1A\n")));  // sent as a text: damaged
  EXPECT_FALSE(looks_like_png(test::bytes_of("PNG")));
  EXPECT_FALSE(looks_like_png({}));
}

}  // namespace
}  // namespace ag::photo
