// A decoded picture in memory.
#pragma once

#include <cstdint>
#include <vector>

namespace ag::data {

struct Picture {
  int width = 0;   // pixels
  int height = 0;  // pixels
  // [height, width, 3], 0 to 255, red first. Its capacity is kept when a picture is decoded anew,
  // so a Picture that is used again and again doesn't allocate.
  std::vector<std::uint8_t> rgb;
};

}  // namespace ag::data
