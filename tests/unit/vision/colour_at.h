// What a picture shows at one place.
#pragma once

#include <array>
#include <cstddef>

#include "framework/data/picture.h"

namespace ag::vision {

using Colour = std::array<int, data::kChannels>;

inline Colour at(const data::Picture& picture, int x, int y) {
  const std::size_t i =
      (static_cast<std::size_t>(y) * picture.width + x) * std::size_t{data::kChannels};
  return {picture.rgb.at(i), picture.rgb.at(i + 1), picture.rgb.at(i + 2)};
}

}  // namespace ag::vision
