#include "framework/vision/face_crop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "framework/core/error.h"

namespace ag::vision {
namespace {

constexpr double kMostPixels = 65535;  // either way: what data::BilinearResizer takes

// A box in whole pixels.
struct Window {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
};

// Halves go up on both sides of zero, so that a box of whole size keeps it wherever it lies.
double rounded(double place) {
  return std::floor(place + 0.5);
}

Window window_of(const Box& box, const data::Picture& photo) {
  const double left = rounded(box.left);
  const double top = rounded(box.top);
  const double width = std::max(rounded(box.right()) - left, 1.0);
  const double height = std::max(rounded(box.bottom()) - top, 1.0);
  const auto error = [&](const char* what) {
    return Error("face crop", fmt::format("the box at ({:g}, {:g}) of {:g}x{:g} pixels {}",
                                          box.left, box.top, box.width, box.height, what));
  };
  if (!(box.width > 0 && box.height > 0)) throw error("has no area");
  if (!(clamped(box, photo.width, photo.height).area() > 0)) throw error("lies beyond the photo");
  if (width > kMostPixels || height > kMostPixels) throw error("is too large");
  return {static_cast<int>(left), static_cast<int>(top), static_cast<int>(width),
          static_cast<int>(height)};
}

void set_size(data::Picture& face, const Window& window) {
  face.width = window.width;
  face.height = window.height;
  face.rgb.resize(static_cast<std::size_t>(face.width) * face.height * data::kChannels);
}

const std::uint8_t* pixel(const data::Picture& photo, int x, int y) {
  return photo.rgb.data() + (static_cast<std::size_t>(y) * photo.width + x) * data::kChannels;
}

// Shares of a pixel are counted in whole units, so that what falls on a pixel is that pixel, and a
// sum of four weighted pixels has room in 31 bits.
constexpr int kUnitBits = 11;
constexpr int kUnit = 1 << kUnitBits;
constexpr int kHalf = 1 << (2 * kUnitBits - 1);

// Between which two pixels of a row or a column a place lies, and how near the second.
struct Between {
  Between(double place, int size) {
    place = std::clamp(place, 0.0, size - 1.0);
    first = static_cast<int>(place);
    second = std::min(first + 1, size - 1);
    share = static_cast<int>((place - first) * kUnit);
  }
  int first = 0;
  int second = 0;
  int share = 0;  // 0 to kUnit - 1
};

// What the photo shows at a place that is given in pixels' centres: at (0, 0) its first pixel.
void sample(const data::Picture& photo, double x, double y, std::uint8_t* to) {
  const Between column(x, photo.width);
  const Between row(y, photo.height);
  const std::uint8_t* a = pixel(photo, column.first, row.first);
  const std::uint8_t* b = pixel(photo, column.second, row.first);
  const std::uint8_t* c = pixel(photo, column.first, row.second);
  const std::uint8_t* d = pixel(photo, column.second, row.second);
  for (int i = 0; i < data::kChannels; ++i) {
    const int upper = a[i] * kUnit + (b[i] - a[i]) * column.share;
    const int lower = c[i] * kUnit + (d[i] - c[i]) * column.share;
    to[i] = static_cast<std::uint8_t>((upper * kUnit + (lower - upper) * row.share + kHalf) >>
                                      (2 * kUnitBits));
  }
}

}  // namespace

void crop(const data::Picture& photo, const Box& box, data::Picture& face) {
  const Window window = window_of(box, photo);
  set_size(face, window);
  std::uint8_t* to = face.rgb.data();
  for (int y = 0; y < window.height; ++y) {
    const int row = std::clamp(window.top + y, 0, photo.height - 1);
    for (int x = 0; x < window.width; ++x) {
      const int column = std::clamp(window.left + x, 0, photo.width - 1);
      to = std::copy_n(pixel(photo, column, row), data::kChannels, to);
    }
  }
}

void crop_turned(const data::Picture& photo, const Box& box, double angle, data::Picture& face) {
  if (!std::isfinite(angle)) throw Error("face crop", fmt::format("can't turn by {}", angle));
  const Window window = window_of(box, photo);
  set_size(face, window);
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  const double middle_x = (window.width - 1) / 2.0;  // among pixels' centres
  const double middle_y = (window.height - 1) / 2.0;
  std::uint8_t* to = face.rgb.data();
  for (int y = 0; y < window.height; ++y) {
    const double down = y - middle_y;
    const double row_x = window.left + middle_x - down * sine;
    const double row_y = window.top + middle_y + down * cosine;
    for (int x = 0; x < window.width; ++x, to += data::kChannels) {
      const double along = x - middle_x;
      sample(photo, row_x + along * cosine, row_y + along * sine, to);
    }
  }
}

}  // namespace ag::vision
