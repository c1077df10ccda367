#include "framework/photo/png.h"

#include <png.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace ag::photo {
namespace {

constexpr std::size_t kNameAt = 4;
constexpr std::size_t kDataAt = 8;
constexpr std::size_t kCheckBytes = 4;

struct ImageFree {
  void operator()(png_image* image) const { png_image_free(image); }
};

std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t at) {
  return png_get_uint_32(reinterpret_cast<png_const_bytep>(bytes.subspan(at, 4).data()));
}

// No more than what makes the pixels, up to the first chunk that isn't whole. libpng would inflate
// all texts and profiles before the pixels, up to 1000 of up to 8 MB, so that a file of 8 MB may
// take 8 GB; and it would set aside 2 GB for EXIF that claims them, of which not a byte follows. (A
// profile it would only compare with sRGB's own ones.)
std::vector<std::byte> pixels_alone(std::span<const std::byte> png) {
  std::span<const std::byte> rest = png.subspan(std::min(png.size(), kPngSignatureBytes));
  std::vector<std::byte> kept(png.begin(), rest.begin());
  kept.reserve(png.size());
  while (const std::optional<PngChunk> chunk = next_png_chunk(rest)) {
    if (chunk->is_critical() || chunk->is("tRNS") || chunk->is("gAMA") || chunk->is("sRGB"))
      kept.insert(kept.end(), chunk->whole.begin(), chunk->whole.end());
  }
  return kept;
}

}  // namespace

bool PngChunk::is(const char (&name)[5]) const {
  return std::ranges::equal(whole.subspan(kNameAt, 4), std::as_bytes(std::span(name, 4)));
}

bool PngChunk::is_critical() const {
  constexpr std::byte kLowerCase{0x20};
  return (whole[kNameAt] & kLowerCase) == std::byte{0};
}

std::optional<PngChunk> next_png_chunk(std::span<const std::byte>& rest) {
  if (rest.size() < kDataAt + kCheckBytes) return std::nullopt;
  const std::size_t bytes = number_at(rest, 0);
  if (bytes > rest.size() - kDataAt - kCheckBytes) return std::nullopt;
  PngChunk chunk;
  chunk.whole = rest.first(kDataAt + bytes + kCheckBytes);
  chunk.data = chunk.whole.subspan(kDataAt, bytes);
  rest = rest.subspan(chunk.whole.size());
  return chunk;
}

std::optional<PngSize> png_size(std::span<const std::byte> png) {
  constexpr std::size_t kHeaderBytes = 13;
  std::span<const std::byte> rest = png.subspan(std::min(png.size(), kPngSignatureBytes));
  const std::optional<PngChunk> header = next_png_chunk(rest);
  if (!header || !header->is("IHDR") || header->data.size() != kHeaderBytes) return std::nullopt;
  return PngSize{number_at(header->data, 0), number_at(header->data, 4)};
}

std::optional<std::string> decode_png(std::span<const std::byte> png, data::Picture& out) {
  const std::vector<std::byte> kept = pixels_alone(png);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, ImageFree> owner(&image);
  if (png_image_begin_read_from_memory(&image, kept.data(), kept.size()) == 0) return image.message;
  if (const auto size = png_size(png); !size || *size != PngSize{image.width, image.height})
    return "the header isn't the first chunk";
  image.format = PNG_FORMAT_RGB;
  // libpng would take 16 bits without a gAMA chunk for linear light, which no camera's or
  // scanner's are.
  image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  out.width = static_cast<int>(image.width);
  out.height = static_cast<int>(image.height);
  out.rgb.resize(std::size_t{image.width} * image.height * data::kChannels);
  constexpr png_color kWhite{255, 255, 255};
  if (png_image_finish_read(&image, &kWhite, out.rgb.data(), 0, nullptr) == 0) return image.message;
  return std::nullopt;
}

}  // namespace ag::photo
