// How a camera was held, and what undoes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "framework/data/picture.h"

namespace ag::photo {

// The values of EXIF's tag 0x0112: where the stored picture's first row and first column lie.
enum class Orientation : std::uint8_t {
  kUpright = 1,           // top, left
  kMirrored = 2,          // top, right
  kHalfTurn = 3,          // bottom, right
  kFlipped = 4,           // bottom, left
  kTransposed = 5,        // left, top
  kQuarterTurn = 6,       // right, top: to be turned 90° clockwise
  kTransversed = 7,       // right, bottom
  kThreeQuarterTurn = 8,  // left, bottom: to be turned 90° counterclockwise
};

// Of a JPEG or PNG file; kUpright where it says nothing, or nothing sensible.
Orientation orientation_of(std::span<const std::byte> file);

// `stored` as it is to be looked at. Two pictures.
void make_upright(const data::Picture& stored, Orientation orientation, data::Picture& upright);

}  // namespace ag::photo
