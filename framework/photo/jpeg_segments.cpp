#include "framework/photo/jpeg_segments.h"

#include <algorithm>
#include <array>

namespace ag::photo {
namespace {

constexpr std::byte kFill{0xFF};  // before a marker, once or more
constexpr std::byte kEndOfImage{0xD9};
constexpr std::size_t kLengthBytes = 2;

std::span<const std::byte> without_fill(std::span<const std::byte> bytes) {
  const auto behind = std::ranges::find_if(bytes, [](std::byte byte) { return byte != kFill; });
  return {behind, bytes.end()};
}

}  // namespace

std::span<const std::byte> jpeg_segments(std::span<const std::byte> file) {
  constexpr std::size_t kStartBytes = 2;
  return file.subspan(std::min(file.size(), kStartBytes));
}

std::optional<JpegSegment> next_jpeg_segment(std::span<const std::byte>& rest) {
  if (rest.empty() || rest.front() != kFill) return std::nullopt;
  const std::span<const std::byte> from_marker = without_fill(rest);
  if (from_marker.size() < 1 + kLengthBytes || from_marker[0] == kEndOfImage) return std::nullopt;
  const std::span<const std::byte> behind = from_marker.subspan(1);
  const std::size_t length =
      std::to_integer<std::size_t>(behind[0]) << 8 | std::to_integer<std::size_t>(behind[1]);
  if (length < kLengthBytes || length > behind.size()) return std::nullopt;
  rest = behind.subspan(length);
  return JpegSegment{from_marker[0], behind.subspan(kLengthBytes, length - kLengthBytes)};
}

bool lacks_jpeg_end(std::span<const std::byte> file) {
  constexpr std::array kEnd = {kFill, kEndOfImage};
  std::span<const std::byte> rest = jpeg_segments(file);
  while (const std::optional<JpegSegment> segment = next_jpeg_segment(rest)) {
    if (segment->marker == kJpegStartOfScan)
      return std::search(rest.begin(), rest.end(), kEnd.begin(), kEnd.end()) == rest.end();
  }
  // Otherwise the bytes are nonsense, or the file says that it has no pixels.
  const std::span<const std::byte> from_marker = without_fill(rest);
  return from_marker.empty() || (rest.front() == kFill && from_marker.front() != kEndOfImage);
}

}  // namespace ag::photo
