#include "framework/photo/file_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace ag::photo {
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::size_t offset;      // bytes before the mark
  std::string_view mark;   // what stands there in every such file
  std::string_view name;   // "a GIF file"
  std::string_view maker;  // a program that makes a JPEG or PNG of it
};

constexpr std::string_view kConvert = "ImageMagick's convert";
constexpr std::string_view kHeifConvert = "libheif's heif-convert";

// The first that fits counts. ISO's base media files (ISO 14496-12) say their brand in byte 8.
constexpr Kind kKinds[] = {
    {8, "heic"sv, "a HEIC file", kHeifConvert},
    {8, "heix"sv, "a HEIC file", kHeifConvert},
    {8, "hevc"sv, "a HEIC file", kHeifConvert},
    {8, "heim"sv, "a HEIC file", kHeifConvert},
    {8, "heis"sv, "a HEIC file", kHeifConvert},
    {8, "mif1"sv, "a HEIF file", kHeifConvert},
    {8, "msf1"sv, "a HEIF file", kHeifConvert},
    {8, "avif"sv, "an AVIF file", "libavif's avifdec"},
    {8, "avis"sv, "an AVIF file", "libavif's avifdec"},
    {8, "crx "sv, "a camera's raw file", "darktable-cli"},
    {4, "ftyp"sv, "a video", "ffmpeg -i VIDEO -frames:v 1 PHOTO.jpg"},
    {8, "WEBP"sv, "a WebP file", "libwebp's dwebp"},
    {0, "GIF8"sv, "a GIF file", kConvert},
    {0, "II*\0"sv, "a TIFF file or a camera's raw file", kConvert},
    {0, "MM\0*"sv, "a TIFF file or a camera's raw file", kConvert},
    {0, "\xFF\x0A"sv, "a JPEG XL file", "libjxl's djxl"},
    {0, "\0\0\0\x0CJXL "sv, "a JPEG XL file", "libjxl's djxl"},
    {0, "\0\0\0\x0CjP  "sv, "a JPEG 2000 file", "OpenJPEG's opj_decompress"},
    {0, "8BPS"sv, "a Photoshop file", kConvert},
    {0, "%PDF-"sv, "a PDF file", "Poppler's pdftoppm -png"},
    {0, "PK\x03\x04"sv, "a ZIP archive", "unzip, if photos are in it"},
};

// BMP's mark is two letters, with which a text may begin, too; bytes 6 to 9 of a BMP are 0.
bool is_bmp(std::span<const std::byte> file) {
  return starts_with(file, "BM") && file.size() > 9 && starts_with(file.subspan(6), "\0\0\0\0"sv);
}

bool is_text(std::span<const std::byte> file) {
  constexpr std::size_t kEnough = 512;
  const auto is_printable = [](std::byte byte) {
    const auto code = std::to_integer<unsigned>(byte);
    return (code >= ' ' && code != 0x7F) || (code >= '\t' && code <= '\r');
  };
  const bool begins_like_one = !file.empty() && std::to_integer<unsigned>(file[0]) < 0x80;
  return begins_like_one &&
         std::ranges::all_of(file.first(std::min(file.size(), kEnough)), is_printable);
}

bool is_web_page(std::span<const std::byte> file) {
  constexpr std::array kBeginnings = {"<!DOCTYPE html"sv, "<!doctype html"sv, "<html"sv, "<HTML"sv};
  return std::ranges::any_of(kBeginnings, [&](auto first) { return starts_with(file, first); });
}

std::string only_these(std::string_view name, std::string_view maker) {
  constexpr std::string_view kRead = "only JPEG and PNG are read";
  if (maker.empty()) return fmt::format("{}; {}", name, kRead);
  return fmt::format("{}; {}: convert it, for example with {}", name, kRead, maker);
}

}  // namespace

bool starts_with(std::span<const std::byte> file, std::string_view first) {
  return file.size() >= first.size() &&
         std::ranges::equal(file.first(first.size()), std::as_bytes(std::span(first)));
}

bool looks_like_jpeg(std::span<const std::byte> file) {
  return starts_with(file, "\xFF\xD8");
}

bool looks_like_png(std::span<const std::byte> file) {
  return starts_with(file, "\x89PNG");
}

std::string neither_jpeg_nor_png(std::span<const std::byte> file) {
  if (file.empty()) return "an empty file";
  for (const Kind& kind : kKinds) {
    if (file.size() >= kind.offset && starts_with(file.subspan(kind.offset), kind.mark))
      return only_these(kind.name, kind.maker);
  }
  if (is_bmp(file)) return only_these("a BMP file", kConvert);
  if (is_web_page(file)) return only_these("a web page", "");
  if (is_text(file)) return only_these("a text file", "");
  return "neither JPEG nor PNG";
}

}  // namespace ag::photo
