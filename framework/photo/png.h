// PNG bytes to pixels, by libpng.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "framework/data/picture.h"

namespace ag::photo {

// One piece of a PNG file: 4 bytes length, 4 bytes name, the data, 4 bytes check sum.
struct PngChunk {
  std::span<const std::byte> whole;
  std::span<const std::byte> data;

  // "IHDR" and the like.
  bool is(const char (&name)[5]) const;
  // Without a critical chunk nobody can make out the pixels; the others may be passed over.
  bool is_critical() const;
};

// Where the first chunk begins.
inline constexpr std::size_t kPngSignatureBytes = 8;

// Takes the next chunk off `rest`; nothing where what is left isn't a whole one. The check sum
// isn't looked at.
std::optional<PngChunk> next_png_chunk(std::span<const std::byte>& rest);

struct PngSize {
  std::int64_t width = 0;   // pixels
  std::int64_t height = 0;  // pixels

  bool operator==(const PngSize&) const = default;
};

// The size that the header claims, which decode_png() then keeps to; nothing where no header is at
// the beginning.
std::optional<PngSize> png_size(std::span<const std::byte> png);

// Fills `out` with 8 bits of sRGB, or returns libpng's complaint and leaves `out` undefined. A gAMA
// chunk is obeyed; without one, 16 bits are taken for sRGB as 8 bits are. What is transparent lets
// white through, mixed in linear light. Throws std::bad_alloc. Any thread.
std::optional<std::string> decode_png(std::span<const std::byte> png, data::Picture& out);

}  // namespace ag::photo
