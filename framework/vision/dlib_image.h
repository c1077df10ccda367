// Our pictures and places as dlib has them. For the files of this folder that call dlib.
#pragma once

#include <dlib/geometry.h>
#include <dlib/image_processing/generic_image.h>
#include <dlib/pixel.h>

#include <cmath>

#include "framework/data/picture.h"
#include "framework/vision/box.h"

namespace ag::vision {

// A picture that dlib reads where it lies. The picture must outlive it.
struct DlibImage {
  const data::Picture& picture;
};

// dlib's interface for images: found by their arguments.
inline long num_rows(const DlibImage& image) {
  return image.picture.height;
}
inline long num_columns(const DlibImage& image) {
  return image.picture.width;
}
inline const void* image_data(const DlibImage& image) {
  return image.picture.rgb.data();
}
inline long width_step(const DlibImage& image) {
  return 3L * image.picture.width;
}

// A rectangle of dlib's names its last pixels, ours where they end.
inline Box box_of(const dlib::rectangle& rectangle) {
  return {static_cast<double>(rectangle.left()), static_cast<double>(rectangle.top()),
          static_cast<double>(rectangle.width()), static_cast<double>(rectangle.height())};
}
inline dlib::rectangle rectangle_of(const Box& box) {
  return {std::lround(box.left), std::lround(box.top), std::lround(box.right()) - 1,
          std::lround(box.bottom()) - 1};
}

}  // namespace ag::vision

template <>
struct dlib::image_traits<ag::vision::DlibImage> {
  using pixel_type = dlib::rgb_pixel;
};
template <>
struct dlib::image_traits<const ag::vision::DlibImage> {
  using pixel_type = dlib::rgb_pixel;
};
