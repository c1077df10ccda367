// Each PNG chunk ends with a check sum, and libpng looks no further where it is wrong.
#pragma once

#include <cstdint>
#include <span>

namespace ag::fuzz {

// Makes right the check sums of `file`, where that begins as a PNG does, up to its first broken
// chunk.
void mend_png_check_sums(std::span<std::uint8_t> file);

}  // namespace ag::fuzz
