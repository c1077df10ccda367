// A JPEG file's header, piece by piece:
//
//   FF D8 | FF marker, length (2 bytes, which count themselves), data | FF marker, ... | pixels
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace ag::photo {

inline constexpr std::byte kJpegApp1{0xE1};
inline constexpr std::byte kJpegStartOfScan{0xDA};  // the last before pixels

struct JpegSegment {
  std::byte marker;
  std::span<const std::byte> data;
};

// What comes behind a JPEG file's first two bytes.
std::span<const std::byte> jpeg_segments(std::span<const std::byte> file);

// Takes the next segment off `rest`; nothing where what is left doesn't begin with a whole one.
std::optional<JpegSegment> next_jpeg_segment(std::span<const std::byte>& rest);

// True where the file stops in its header, or no end of the picture is marked behind that.
bool lacks_jpeg_end(std::span<const std::byte> file);

}  // namespace ag::photo
