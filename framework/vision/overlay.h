// Drawing by Cairo on a picture of any size.
//
// It goes tile by tile, where there is something to draw: so a photo of hundreds of megapixels
// needs no second copy in Cairo's format, and Cairo's limit of 32,767 pixels either way is none.
#pragma once

#include <functional>
#include <span>

#include "framework/core/cairo/cairo_handle.h"
#include "framework/data/picture.h"
#include "framework/vision/box.h"

namespace ag::vision {

struct Shape {
  Box bounds;                           // it draws nothing beyond
  std::function<void(cairo_t*)> paint;  // in the picture's coordinates; once a tile
};

// Later shapes over earlier ones. Pixels that no shape covers stay as they are. Throws Error where
// there is no memory, and for what a shape does wrongly.
void draw(data::Picture& photo, std::span<const Shape> shapes);

}  // namespace ag::vision
