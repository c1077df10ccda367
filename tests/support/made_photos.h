// Photos made for tests: JPEG and PNG files of every kind, and what a camera writes into them.
#pragma once

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ag::test {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// Where a file says `mark` first; its end where it doesn't.
inline Bytes::iterator place_of(Bytes& file, const Bytes& mark) {
  return std::search(file.begin(), file.end(), mark.begin(), mark.end());
}
inline Bytes::iterator place_of(Bytes& file, std::string_view mark) {
  return place_of(file, bytes_of(mark));
}

// All `parts`, one behind the other.
inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// `pixels` of one of TurboJPEG's formats as a JPEG.
inline Bytes jpeg_file(const std::vector<std::uint8_t>& pixels, int width, int height,
                       int pixel_format, int subsampling = TJSAMP_444, int flags = 0) {
  const tjhandle handle = tjInitCompress();
  unsigned char* jpeg = nullptr;
  unsigned long size = 0;
  constexpr int kQuality = 100;
  const int failed = tjCompress2(handle, pixels.data(), width, 0, height, pixel_format, &jpeg,
                                 &size, subsampling, kQuality, flags);
  const auto* first = reinterpret_cast<const std::byte*>(jpeg);
  Bytes bytes(first, first + size);
  tjFree(jpeg);
  tjDestroy(handle);
  if (failed != 0) throw std::runtime_error("TurboJPEG doesn't make this file");
  return bytes;
}

inline constexpr int kApp1 = 0xE1;  // the marker of the segment that Exif stands in

// `jpeg` with one more segment before all others.
inline Bytes with_segment(const Bytes& jpeg, int marker, const Bytes& data) {
  const std::size_t length = data.size() + 2;
  const Bytes head = {std::byte{0xFF}, static_cast<std::byte>(marker),
                      static_cast<std::byte>(length >> 8), static_cast<std::byte>(length)};
  constexpr std::ptrdiff_t kStartBytes = 2;
  const auto behind_start = jpeg.begin() + kStartBytes;
  return joined({{jpeg.begin(), behind_start}, head, data, {behind_start, jpeg.end()}});
}

enum class ByteOrder { kBig, kLittle };

// EXIF's numbers in either order.
inline Bytes number(std::uint32_t value, int size, ByteOrder order) {
  Bytes bytes;
  for (int i = 0; i < size; ++i) {
    const int shift = 8 * (order == ByteOrder::kBig ? size - 1 - i : i);
    bytes.push_back(static_cast<std::byte>(value >> shift));
  }
  return bytes;
}

// A TIFF structure that says no more than tag 0x0112: what a PNG's eXIf chunk holds, and a JPEG's
// APP1 segment behind "Exif\0\0".
//
//   MM 002A 00000008 | 0001 entry: 0112 Orientation, 0003 SHORT, 00000001 of them, value | 00000000
inline Bytes exif_saying(std::uint32_t orientation, ByteOrder order = ByteOrder::kBig) {
  const auto two = [&](std::uint32_t value) { return number(value, 2, order); };
  const auto four = [&](std::uint32_t value) { return number(value, 4, order); };
  const Bytes mark = bytes_of(order == ByteOrder::kBig ? "MM" : "II");
  return joined({mark, two(0x2A), four(8), two(1), two(0x0112), two(3), four(1), two(orientation),
                 two(0), four(0)});
}

inline Bytes jpeg_exif(const Bytes& tiff) {
  return joined({bytes_of({"Exif\0\0", 6}), tiff});
}

struct PngLook {
  int width = 0;
  int height = 0;
  int colour_type = PNG_COLOR_TYPE_RGB;
  int depth = 8;                            // bits
  bool interlaced = false;                  // Adam7
  std::optional<double> gamma;              // a gAMA chunk; 1 for linear light
  std::vector<png_color> palette;           // a PLTE chunk
  std::vector<std::uint8_t> alphas;         // a tRNS chunk for the palette
  std::optional<png_color_16> see_through;  // a tRNS chunk for grey and RGB: a colour
  Bytes exif;                               // an eXIf chunk
  std::string text;                         // a zTXt chunk
};

inline void write_png_header(png_structp png, png_infop info, const PngLook& look) {
  png_set_IHDR(png, info, static_cast<png_uint_32>(look.width),
               static_cast<png_uint_32>(look.height), look.depth, look.colour_type,
               look.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
  if (look.gamma) png_set_gAMA(png, info, *look.gamma);
  if (!look.palette.empty())
    png_set_PLTE(png, info, look.palette.data(), static_cast<int>(look.palette.size()));
  if (!look.alphas.empty())
    png_set_tRNS(png, info, look.alphas.data(), static_cast<int>(look.alphas.size()), nullptr);
  if (look.see_through) png_set_tRNS(png, info, nullptr, 0, &*look.see_through);
  if (!look.exif.empty()) {
    Bytes exif = look.exif;
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()),
                   reinterpret_cast<png_bytep>(exif.data()));
  }
  if (!look.text.empty()) {
    std::string key = "Comment";
    std::string value = look.text;
    png_text text{};
    text.compression = PNG_TEXT_COMPRESSION_zTXt;
    text.key = key.data();
    text.text = value.data();
    text.text_length = value.size();
    png_set_text(png, info, &text, 1);
  }
  png_write_info(png, info);
}

// `rows` as PNG stores them: row after row, each of whole bytes, 16 bits with the high byte first.
inline Bytes png_file(const PngLook& look, std::vector<std::uint8_t> rows) {
  // Without functions of ours libpng ends the program at an error, which is right for a test.
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  Bytes bytes;
  const auto append = [](png_structp self, png_bytep data, std::size_t size) {
    const auto* first = reinterpret_cast<const std::byte*>(data);
    auto* to = static_cast<Bytes*>(png_get_io_ptr(self));
    to->insert(to->end(), first, first + size);
  };
  png_set_write_fn(png, &bytes, append, [](png_structp) {});
  write_png_header(png, info, look);
  std::vector<png_bytep> starts;
  const std::size_t row_bytes = png_get_rowbytes(png, info);
  for (int y = 0; y < look.height; ++y)
    starts.push_back(rows.data() + static_cast<std::size_t>(y) * row_bytes);
  png_write_image(png, starts.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

}  // namespace ag::test
