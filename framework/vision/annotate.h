// Draws what was found on a copy of a photo, so that it is readable at any size.
#pragma once

#include <string>
#include <vector>

#include "framework/data/picture.h"
#include "framework/vision/box.h"

namespace ag::vision {

enum class Accent { kFirst, kSecond };  // two colours that differ for the colour-blind, too

struct Annotation {
  Box box;                       // drawn as a frame: the part of it that lies in the photo
  std::vector<Point> landmarks;  // drawn as dots, where there are any
  std::string text;              // one line beside the frame, UTF-8: "female 97%  34 (27-41)"
  Accent accent = Accent::kFirst;
};

// Lines and letters scale with the picture and the faces; a text stands wholly within the picture,
// above its frame where there is room, else below, beside or inside, and not on another's text or
// face where that can be avoided. Left out are what lies wholly beyond the photo, and a text that
// would be a smear, as 20 letters in 50 pixels. Drawn by Cairo in DejaVu Sans, or in what the
// system takes for it. Throws Error where there is no memory, or a text isn't UTF-8. Any thread.
void annotate(data::Picture& photo, const std::vector<Annotation>& annotations);

}  // namespace ag::vision
