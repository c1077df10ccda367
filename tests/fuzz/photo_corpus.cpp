// Small photos of every kind that the reader takes, and some that it doesn't.
#include <string_view>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/png_check_sums.h"
#include "tests/support/made_photos.h"

namespace ag::fuzz {
namespace {

using test::ByteOrder;
using test::Bytes;
using test::PngLook;

constexpr int kWidth = 24;
constexpr int kHeight = 17;
constexpr int kApp1 = 0xE1;

// Bytes for a picture of rows of so many, neither flat nor noise.
std::vector<std::uint8_t> slope(std::size_t row_bytes) {
  std::vector<std::uint8_t> rows;
  for (std::size_t y = 0; y < kHeight; ++y) {
    for (std::size_t x = 0; x < row_bytes; ++x)
      rows.push_back(static_cast<std::uint8_t>(x * 3 + y * 11));
  }
  return rows;
}

Bytes jpeg(std::size_t channels, int pixel_format, int subsampling, int flags = 0) {
  return test::jpeg_file(slope(std::size_t{kWidth} * channels), kWidth, kHeight, pixel_format,
                         subsampling, flags);
}

Bytes png(PngLook look, int channels) {
  look.width = kWidth;
  look.height = kHeight;
  return test::png_file(look,
                        slope(static_cast<std::size_t>((kWidth * channels * look.depth + 7) / 8)));
}

PngLook look_of(int colour_type, int depth) {
  PngLook look;
  look.colour_type = colour_type;
  look.depth = depth;
  return look;
}

// IFD 0 with an orientation, and an EXIF IFD with a maker note that begins as `brand`'s do.
Bytes exif_with_maker_note(std::string_view brand) {
  const auto two = [](std::uint32_t value) { return test::number(value, 2, ByteOrder::kLittle); };
  const auto four = [](std::uint32_t value) { return test::number(value, 4, ByteOrder::kLittle); };
  constexpr std::uint32_t kNoteBytes = 64;
  constexpr std::uint32_t kExifIfdAt = 8 + 2 + 2 * 12 + 4;
  constexpr std::uint32_t kNoteAt = kExifIfdAt + 2 + 12 + 4;
  Bytes note = test::joined({test::bytes_of(brand), two(1), two(0x0201), two(3), four(1), two(1)});
  note.resize(kNoteBytes);
  return test::joined({test::bytes_of("II"),
                       two(0x2A),
                       four(8),  //
                       two(2),   // IFD 0
                       two(0x0112),
                       two(3),
                       four(1),
                       two(5),
                       two(0),  // orientation
                       two(0x8769),
                       two(4),
                       four(1),
                       four(kExifIfdAt),  // EXIF IFD
                       four(0),           //
                       two(1),            // EXIF IFD
                       two(0x927C),
                       two(7),
                       four(kNoteBytes),
                       four(kNoteAt),  // maker note
                       four(0),
                       note});
}

void add_jpegs(std::vector<std::pair<std::string, Bytes>>& files) {
  const Bytes plain = jpeg(3, TJPF_RGB, TJSAMP_420);
  files.emplace_back("baseline.jpg", plain);
  files.emplace_back("full_chroma.jpg", jpeg(3, TJPF_RGB, TJSAMP_444));
  files.emplace_back("progressive.jpg", jpeg(3, TJPF_RGB, TJSAMP_420, TJFLAG_PROGRESSIVE));
  files.emplace_back("grey.jpg", jpeg(1, TJPF_GRAY, TJSAMP_GRAY));
  files.emplace_back("cmyk.jpg", jpeg(4, TJPF_CMYK, TJSAMP_444));
  const auto held = [&](const Bytes& tiff) {
    return test::with_segment(plain, kApp1, test::jpeg_exif(tiff));
  };
  files.emplace_back("turned.jpg", held(test::exif_saying(6)));
  files.emplace_back("turned_little.jpg", held(test::exif_saying(7, ByteOrder::kLittle)));
  files.emplace_back("olympus.jpg", held(exif_with_maker_note({"OLYMP\0\1\0", 8})));
  files.emplace_back("fujifilm.jpg", held(exif_with_maker_note({"FUJIFILM\x0C\0\0\0", 12})));
  files.emplace_back("nikon.jpg", held(exif_with_maker_note({"Nikon\0\1\0", 8})));
  files.emplace_back("pentax.jpg", held(exif_with_maker_note({"AOC\0II", 6})));
}

void add_pngs(std::vector<std::pair<std::string, Bytes>>& files) {
  files.emplace_back("grey1.png", png(look_of(PNG_COLOR_TYPE_GRAY, 1), 1));
  files.emplace_back("grey4.png", png(look_of(PNG_COLOR_TYPE_GRAY, 4), 1));
  files.emplace_back("grey16.png", png(look_of(PNG_COLOR_TYPE_GRAY, 16), 1));
  files.emplace_back("rgb8.png", png(look_of(PNG_COLOR_TYPE_RGB, 8), 3));
  files.emplace_back("rgba8.png", png(look_of(PNG_COLOR_TYPE_RGB_ALPHA, 8), 4));
  files.emplace_back("grey_alpha8.png", png(look_of(PNG_COLOR_TYPE_GRAY_ALPHA, 8), 2));
  PngLook palette = look_of(PNG_COLOR_TYPE_PALETTE, 8);
  palette.palette.resize(256, {10, 200, 30});
  palette.alphas = {0, 100, 200};
  files.emplace_back("palette.png", png(palette, 1));
  PngLook interlaced = look_of(PNG_COLOR_TYPE_RGB_ALPHA, 16);
  interlaced.interlaced = true;
  interlaced.gamma = 1;
  files.emplace_back("interlaced16.png", png(interlaced, 4));
  PngLook turned = look_of(PNG_COLOR_TYPE_RGB, 8);
  turned.exif = test::exif_saying(8);
  turned.text = "a text that says nothing, but that at some length";
  turned.see_through = png_color_16{};
  files.emplace_back("turned.png", png(turned, 3));
}

}  // namespace

std::vector<Seed> corpus() {
  std::vector<std::pair<std::string, Bytes>> files;
  add_jpegs(files);
  add_pngs(files);
  files.emplace_back("some.gif", test::bytes_of("GIF89a\x10"));
  files.emplace_back("some.heic", test::bytes_of({"\0\0\0\x18"
                                                  "ftypheic",
                                                  12}));
  files.emplace_back("some.txt", test::bytes_of("a text"));
  std::vector<Seed> seeds;
  for (const auto& [name, bytes] : files) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
    seeds.push_back({name, {first, first + bytes.size()}});
  }
  return seeds;
}

void mend(std::vector<std::uint8_t>& bytes) {
  mend_png_check_sums(bytes);
}

}  // namespace ag::fuzz
