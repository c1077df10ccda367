// Cuts a face out of a photo.
#pragma once

#include "framework/data/picture.h"
#include "framework/vision/box.h"

namespace ag::vision {

// The pixels of `box`, its corners rounded to whole pixels, at least one pixel either way. Where it
// reaches beyond the photo, the photo's outermost pixels go on, as in IMDB-WIKI's crops. Throws
// Error for a box of no area, that lies wholly beyond, or of more than 65,535 pixels either way.
// Two pictures. Any thread.
void crop(const data::Picture& photo, const Box& box, data::Picture& face);

// The same, but turned about the box's centre so that what slopes by `angle` lies level: radians,
// positive where the right side hangs lower. Between pixels it is bilinear; an angle of 0
// gives what crop() gives.
void crop_turned(const data::Picture& photo, const Box& box, double angle, data::Picture& face);

}  // namespace ag::vision
