#include "framework/vision/dlib_upsampling.h"

#include <algorithm>

namespace ag::vision {

Box box_in_photo(const dlib::rectangle& found, int times) {
  return box_of(dlib::pyramid_down<2>().rect_down(found, static_cast<unsigned>(times)));
}

std::vector<Detection> from_left_to_right(std::vector<Detection> detections) {
  std::ranges::stable_sort(detections, {},
                           [](const Detection& detection) { return detection.box.left; });
  return detections;
}

}  // namespace ag::vision
