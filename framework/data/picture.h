// A decoded picture in memory.
#pragma once

#include <cstdint>
#include <vector>

namespace ag::data {

inline constexpr int kChannels = 3;  // of a pixel: red, green and blue

struct Picture {
  int width = 0;   // pixels
  int height = 0;  // pixels
  // [height, width, kChannels], 0 to 255, red first. Its capacity is kept when a picture is decoded
  // anew, so a Picture that is used again and again doesn't allocate.
  std::vector<std::uint8_t> rgb;
};

}  // namespace ag::data
