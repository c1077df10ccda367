// Enlarging a photo before the search, and what both detectors make of what they find.
#pragma once

#include <dlib/image_transforms.h>

#include <vector>

#include "framework/vision/dlib_image.h"
#include "framework/vision/face_detector.h"

namespace ag::vision {

// Calls f(image) with the photo enlarged to twice its size so many times.
template <class F>
void with_upsampled(const data::Picture& photo, int times, const F& f) {
  const DlibImage image{photo};
  if (times == 0) return f(image);
  dlib::array2d<dlib::rgb_pixel> enlarged;
  dlib::pyramid_up(image, enlarged, dlib::pyramid_down<2>());
  for (int i = 1; i < times; ++i) dlib::pyramid_up(enlarged);
  f(enlarged);
}

// Where a rectangle of the enlarged photo lies in the photo.
Box box_in_photo(const dlib::rectangle& found, int times);

// The same, in the order of their left sides; those that begin alike as they were.
std::vector<Detection> from_left_to_right(std::vector<Detection> detections);

}  // namespace ag::vision
