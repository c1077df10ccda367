// JPEG bytes to pixels and back, by TurboJPEG.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/data/picture.h"

namespace ag::data {

struct JpegSize {
  int width = 0;   // pixels
  int height = 0;  // pixels
};

// Decodes baseline and progressive JPEG of any colour space to RGB. One per thread: a decoder keeps
// its tables and scratch memory from picture to picture.
class JpegDecoder {
 public:
  JpegDecoder();  // throws Error when there is no memory for it
  ~JpegDecoder();
  JpegDecoder(JpegDecoder&&) noexcept;
  JpegDecoder& operator=(JpegDecoder&&) noexcept;

  // Fills `out`, or returns the complaint and leaves `out` undefined. A warning is a complaint too:
  // of a file that was cut short TurboJPEG says no more than that.
  std::optional<std::string> decode(std::span<const std::byte> jpeg, Picture& out);

  // The size that decode() would give, from the header alone; nothing where that isn't readable.
  std::optional<JpegSize> size(std::span<const std::byte> jpeg);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// `picture` as baseline JPEG with 4:2:0 chroma. `quality` is 1 to 100. Throws Error when
// the picture is empty or there is no memory. Any thread.
std::vector<std::byte> encode_jpeg(const Picture& picture, int quality);

}  // namespace ag::data
