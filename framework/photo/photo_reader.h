// A photo's file, whatever a camera, a phone or a scanner made of it, as upright RGB pixels.
//
// JPEG of any colour space (grey, YCbCr, RGB, CMYK, YCCK; baseline or progressive) and PNG of any
// kind (1 to 16 bits, grey, palette, with transparency, which is put on white). What EXIF says
// about how the camera was held is done (Exif 2.32, tag 0x0112, "Orientation").
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "framework/data/picture.h"

namespace ag::photo {

// As many as the largest phone cameras make, and 600 MB; what data::JpegDecoder decodes at most. A
// larger picture is refused by its header.
inline constexpr std::int64_t kMostPixels = 200'000'000;
// A larger file is refused unread. 200 million pixels of 16 bits are 1.2 GB before PNG compresses
// them.
inline constexpr std::int64_t kMostBytes = 1'000'000'000;

// Keeps its tables and scratch memory from photo to photo. One per thread.
class PhotoReader {
 public:
  explicit PhotoReader(std::int64_t most_pixels = kMostPixels);  // 1 to kMostPixels
  ~PhotoReader();
  PhotoReader(PhotoReader&&) noexcept;
  PhotoReader& operator=(PhotoReader&&) noexcept;

  // Fills `photo`, or returns what is wrong with it in words for the user and leaves `photo`
  // undefined. The words name no file: "a HEIC file; only JPEG and PNG are read: convert it, ...".
  // Never throws for what the bytes hold, nor where there is no memory for the pixels.
  std::optional<std::string> decode(std::span<const std::byte> file, data::Picture& photo);
  // The same for a file that is read here. A file that can't be read is a complaint, too.
  std::optional<std::string> read(const std::filesystem::path& path, data::Picture& photo);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ag::photo
